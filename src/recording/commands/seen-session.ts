/**
 * The command list of a session on a terminal whose output was recorded. docs/command-list.md tells how it decides.
 *
 * Input and output are two streams: the echo of a key is recorded after it, by as much as the link is slow, and keys may be
 * typed ahead of their prompt. So nothing is decided when Enter is typed. The line waits until the cursor leaves a line of
 * the screen downwards, and that line is compared with those that wait.
 */
import { decodeTerminalSize } from '../../protocol/terminal-size.ts'
import type { Screen } from '../screen.ts'
import { type Anchor, captureAnchor, hasLeft, isEchoOf, withoutEcho } from './anchor.ts'
import type { CommandList, Place } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { Outputs } from './echo.ts'
import { Effort } from './effort.ts'
import { EnteredLines } from './entered-lines.ts'
import { KeyReader } from './keys.ts'
import { isMultiplexer, Multiplexer } from './multiplexer.ts'
import { screenProgram } from './program-names.ts'
import { isContinuationPrompt } from './prompts.ts'
import { ShellMarks } from './shell-marks.ts'
import { Typing } from './typing.ts'
import { Unechoed } from './unechoed.ts'
import { ViKeys } from './vi-keys.ts'

/** Entries that are looked through for who reads what is entered. */
const MOST_NAMING = 64

export class SeenSession {
  readonly #screen: Screen
  readonly #list: CommandList
  readonly #keys = new KeyReader()
  readonly #vi = new ViKeys()
  readonly #typing = new Typing()
  readonly #unechoed = new Unechoed()
  readonly #entered: EnteredLines
  readonly #outputs = new Outputs()
  readonly #effort = new Effort()
  readonly #ownProgram: string
  #now: Place = { elapsed: 0, seq: 0 }
  #endProgram: ((until: number) => void) | undefined
  #isWithheld = false
  #multiplexer: Multiplexer | undefined

  /** `ownProgram`: what the session itself runs. */
  constructor(screen: Screen, list: CommandList, ownProgram: string) {
    this.#screen = screen
    this.#list = list
    this.#ownProgram = ownProgram
    const marks = new ShellMarks()
    this.#entered = new EnteredLines(screen, {
      list,
      marks,
      unechoed: this.#unechoed,
      outputs: this.#outputs,
      effort: this.#effort,
    })
    marks.listen(screen, { now: () => this.#now.elapsed, learn: (prompt) => this.#entered.known.learn(prompt) })
    screen.onLineFeed(() => this.#entered.leftByLineFeed())
    screen.onPasteOff(() => this.#entered.leftByEditor())
    screen.onCursorDown((count) => this.#entered.movesDown(count))
    screen.onAlternate((isAlternate) => this.#takeScreen(isAlternate))
  }

  input(bytes: Uint8Array, place: Place): void {
    this.#now = place
    this.#isWithheld = false
    this.#effort.earn(bytes.length)
    this.#multiplexer?.painted()
    if (!this.#screen.isAlternate) this.#look()
    const keys = this.#vi.translate(this.#keys.push(bytes, this.#vi.isOn))
    const texts = keys.flatMap((key) => (key.type === 'text' ? [key.text] : []))
    this.#unechoed.typed(bytes, texts, place.seq)
    for (const key of keys) {
      if (this.#screen.isAlternate) this.#multiplexer?.take(key, place)
      else if (key.type === 'enter' && !this.#typing.isPasting) this.#enter(place)
      else if (key.type === 'key' && key.name === 'C-c') this.#interrupt()
      else {
        if (this.#typing.isFresh) this.#typing.begin(place.elapsed, this.#outputs.count)
        this.#typing.take(key)
        if (key.type !== 'report') this.#typing.heldBy(place.seq)
      }
    }
  }

  /** What was typed without echo, and is not for this reader. */
  inputWithheld(place: Place): void {
    this.#now = place
    if (this.#isWithheld) return
    this.#isWithheld = true
    if (this.#screen.isAlternate) return
    this.#typing.clear()
    this.#entered.add({
      ...place,
      texts: [],
      tails: [],
      isCertain: true,
      doubts: [],
      anchors: [],
      seqs: [],
      typed: { text: '', runs: [] },
      keying: { records: 0, takes: 0, outputsBefore: 0 },
      looks: 0,
      isStale: true,
    })
  }

  output(bytes: Uint8Array, place: Place): void {
    // At its end, not within: the list may not depend on how output was cut.
    if (place.elapsed !== this.#now.elapsed) this.#multiplexer?.painted()
    this.#now = place
    this.#outputs.heard(place.elapsed)
    this.#effort.earn(bytes.length)
    this.#screen.write(bytes)
  }

  outputWithheld(): void {
    this.#typing.doubt(DOUBTS.withheld)
  }

  resize(payload: Uint8Array): void {
    const size = decodeTerminalSize(Buffer.from(payload))
    if (size !== undefined) this.#screen.resize(size)
  }

  finish(): void {
    this.#multiplexer?.finish()
    this.#entered.finish()
    this.#list.hide(this.#unechoed.seqs)
    this.#screen.dispose()
  }

  #look(): void {
    if (this.#typing.isLong || !this.#effort.isLeft) return
    const { anchor, isFresh, recentText } = this.#typing
    const { row } = this.#screen.cursor
    this.#effort.spend(1 + row - (anchor?.mark?.row ?? row), this.#screen.size.columns)
    if (isFresh) {
      const fresh = captureAnchor(this.#screen, true)
      this.#entered.passBy(fresh)
      this.#typing.anchorAt(fresh)
    } else if (anchor === undefined || hasLeft(anchor, this.#screen, recentText)) {
      this.#typing.anchorAt(this.#anew(captureAnchor(this.#screen, false)))
    }
  }

  /** Where a prompt was written anew with what there was of the line already, that is not a part of the prompt. */
  #anew(anchor: Anchor): Anchor {
    const { oldestAnchor, isCertain, text } = this.#typing
    const alone = isCertain ? withoutEcho(anchor, text) : undefined
    if (alone !== undefined) return alone
    const known = this.#entered.known.before(anchor.prompt)
    if (known !== undefined) return { ...anchor, prompt: known }
    const first = oldestAnchor?.prompt ?? ''
    const isSame = !isCertain && first.trim() !== '' && anchor.prompt.startsWith(first)
    return isSame && isEchoOf(anchor.prompt.slice(first.length), text) ? { ...anchor, prompt: first } : anchor
  }

  #enter(place: Place): void {
    this.#typing.heldBy(place.seq)
    this.#vi.entered(this.#typing.text)
    this.#entered.add(this.#typing.enter(place))
  }

  #interrupt(): void {
    const { anchor } = this.#typing
    if (anchor !== undefined && isContinuationPrompt(anchor.prompt)) this.#list.doubtLast([DOUBTS.interrupted])
    this.#typing.clear()
  }

  #takeScreen(isAlternate: boolean): void {
    if (!isAlternate) {
      this.#multiplexer?.finish()
      this.#multiplexer = undefined
      this.#endProgram?.(this.#now.elapsed)
      this.#endProgram = undefined
      return
    }
    this.#entered.finish()
    const { anchor } = this.#typing
    // At a prompt nothing runs that was entered: a key of the shell called it.
    const isAtPrompt = anchor !== undefined && this.#entered.known.before(anchor.prompt) !== undefined
    this.#typing.clear()
    const name = isAtPrompt ? '' : this.#programName()
    this.#endProgram = this.#list.program(this.#now, name)
    const hearers = { list: this.#list, unechoed: this.#unechoed, effort: this.#effort }
    if (isMultiplexer(name)) this.#multiplexer = new Multiplexer(this.#screen, name, hearers)
  }

  /** What was entered last has started it; where that was not seen, nobody knows. */
  #programName(): string {
    if (this.#list.entries.length > 0 && this.#list.last === undefined) return ''
    return screenProgram(this.#list.newest(MOST_NAMING), this.#ownProgram)
  }
}
