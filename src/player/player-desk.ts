/** Where keys become actions and what plays becomes frames. */
import type { RecordedCommand } from '../protocol/recorded-command.ts'
import type { Action } from './actions.ts'
import { actionOf } from './actions.ts'
import { faster, slower } from './clock.ts'
import { CommandMarks, worthSaying } from './command-marks.ts'
import type { Key } from './keys.ts'
import { OwnScreen } from './own-screen.ts'
import type { DeskParts, PlayEnd } from './parts.ts'
import { Prompt } from './prompt.ts'
import { type Hit, ScreenSearch } from './search.ts'
import { Stage } from './stage.ts'
import { Alarm } from './turn.ts'

/** How long a note stays, and the status where there is no room for it. */
const NOTE_MS = 4000

export class PlayerDesk {
  readonly #parts: DeskParts
  readonly #alarm = new Alarm()
  readonly #stage: Stage
  #screen: OwnScreen | undefined
  #end: PlayEnd | undefined
  #search: { readonly text: string; over: boolean } | undefined
  #prompt: Prompt | undefined
  #commands = new CommandMarks([])

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#stage = new Stage(parts)
  }

  /** @param until µs: of a session that runs, as far as they are known */
  setCommands(commands: readonly RecordedCommand[], until: number): void {
    this.#commands = new CommandMarks(worthSaying(commands, this.#parts.session.spec.target.command), until)
    this.wake()
  }

  say(words: string): void {
    this.#stage.note(words, performance.now() + NOTE_MS)
    this.wake()
  }

  /** Something changed that may be worth a look. */
  wake(): void {
    this.#alarm.ring()
  }

  indexed(): void {
    if (this.#parts.playback.isRough) this.wake()
  }

  close(): void {
    if (this.#search !== undefined) this.#search.over = true
    this.#screen?.[Symbol.dispose]()
  }

  /** Until somebody quits. */
  async run(): Promise<PlayEnd> {
    const { playback, options } = this.#parts
    const screen = new OwnScreen({
      key: (key) => this.#key(key),
      changed: () => {
        this.#screen?.forget()
        this.wake()
      },
      ready: () => this.wake(),
      signal: (signal) => this.#leave({ type: 'signal', signal }),
      gone: () => this.#leave({ type: 'signal', signal: 'SIGHUP' }),
    })
    this.#screen = screen
    // Whoever sees it for the first time learns what this is, and which key lists the others.
    this.#stage.touched(performance.now() + NOTE_MS)
    if (options.live === true && options.from !== 'start' && options.at === undefined) playback.goLive()
    else {
      playback.play(performance.now())
      if (options.at !== undefined) playback.seek(options.at, performance.now())
    }
    while (this.#end === undefined) {
      const wait = await playback.step(performance.now())
      const again = this.#stage.show(screen, {
        commands: this.#commands,
        prompt: this.#prompt?.words,
        found: this.#search?.text,
        now: performance.now(),
      })
      await this.#alarm.wait(Math.min(wait, again))
    }
    return this.#end
  }

  #leave(end: PlayEnd): void {
    this.#end ??= end
    this.wake()
  }

  #key(key: Key): void {
    this.#stage.touched(performance.now() + NOTE_MS)
    if (this.#prompt !== undefined) this.#type(this.#prompt, key)
    else {
      const action = actionOf(key, this.#search !== undefined)
      if (action !== undefined) this.#act(action)
    }
    this.wake()
  }

  #type(prompt: Prompt, key: Key): void {
    const answer = prompt.type(key)
    if (answer === undefined) return
    this.#prompt = undefined
    if (answer.type === 'given-up') return
    if (prompt.what === 'search') this.#startSearch(answer.text)
    else {
      const time = this.#parts.options.parseTime(answer.text)
      if (time === undefined) this.say(`not a time: ${answer.text} (83.2, 1:23, 1m23s)`)
      else this.#parts.playback.seek(time, performance.now())
    }
  }

  #act(action: Action): void {
    const { playback, loader } = this.#parts
    const now = performance.now()
    switch (action.type) {
      case 'quit':
        return this.#leave({ type: 'quit', end: loader.end })
      case 'pause':
        return this.#pause(now)
      case 'step':
        return this.#step(now)
      case 'skip':
        return playback.seek(Math.max(0, Math.min(playback.time(now) + action.micros, this.#stage.total)), now)
      case 'percent':
        return playback.seek((this.#stage.total * action.percent) / 100, now)
      case 'command':
        return this.#toCommand(action.direction, now)
      case 'speed': {
        const { speed } = playback.clock
        const { change } = action
        return playback.setSpeed(change === 'true' ? 1 : change === 'faster' ? faster(speed) : slower(speed), now)
      }
      case 'start':
        return playback.seek(0, now)
      case 'live':
        if (loader.isComplete) return playback.seek(this.#stage.total, now)
        return this.#parts.options.live === true ? playback.goLive() : playback.seek(this.#stage.total, now)
      case 'ask':
        this.#prompt = new Prompt(action.what)
        return
      case 'find':
        return this.#find(action.direction)
      case 'dismiss':
        return this.#dismiss()
      case 'suspend':
        return this.#screen?.suspend()
      case 'repaint':
        return this.#screen?.forget()
      case 'keys':
      case 'input':
      case 'scroll':
      case 'follow-cursor':
        return this.#stage.act(action)
    }
  }

  #pause(now: number): void {
    const { playback, options } = this.#parts
    const isOver = playback.isOver(now)
    if (playback.isRunning && !isOver) {
      playback.pause(now)
      if (options.live === true) void this.#parts.askCommands()
    } else {
      // At the end there is nothing to go on with: once more from the start.
      if (isOver) playback.seek(0, now)
      playback.play(now)
    }
  }

  #step(now: number): void {
    const { playback, reel } = this.#parts
    if (playback.isAhead) return this.say('the recording is not read up to here yet')
    const next = async (): Promise<void> => {
      let position = playback.projector.position
      let event = await reel.tape.event(position)
      while (event !== undefined && event.kind !== 'output') {
        position += 1
        event = await reel.tape.event(position)
      }
      if (event !== undefined) playback.seekPosition(position + 1, event.elapsed, now)
      this.wake()
    }
    playback.pause(now)
    void next()
  }

  #toCommand(direction: -1 | 1, now: number): void {
    const { playback } = this.#parts
    const time = this.#commands.beside(playback.time(now), direction)
    if (time !== undefined) playback.seek(time, now)
    else this.say(direction > 0 ? 'no later command' : 'no earlier command')
  }

  #startSearch(text: string): void {
    if (this.#search !== undefined) this.#search.over = true
    this.#search = text === '' ? undefined : { text, over: false }
    if (text !== '') this.#find(1)
  }

  #find(direction: -1 | 1): void {
    const { text } = this.#search ?? { text: '' }
    if (this.#search !== undefined) this.#search.over = true
    if (text === '') return this.say('nothing is searched for: / first')
    const search = { text, over: false }
    this.#search = search
    const { playback, reel, keyFrames } = this.#parts
    playback.pause(performance.now())
    const order = {
      text,
      from: playback.projector.position,
      direction,
      isOver: () => search.over || this.#end !== undefined,
      progress: (part: number) => this.say(`searching for ${text} … ${Math.floor(part * 100)} %`),
    }
    new ScreenSearch(reel, keyFrames).find(order).then(
      (hit) => this.#found(search, hit, direction > 0 ? 'from here on' : 'before this'),
      () => this.say('the search failed'),
    )
  }

  #found({ text, over }: { readonly text: string; readonly over: boolean }, hit: Hit | undefined, where: string): void {
    if (over) return
    this.say(hit === undefined ? `not found ${where}: ${text}` : `found: ${text}  n next, N before, Esc`)
    if (hit !== undefined) this.#parts.playback.seekPosition(hit.position, hit.elapsed, performance.now())
  }

  #dismiss(): void {
    if (this.#search !== undefined) this.#search.over = true
    this.#search = undefined
    this.#stage.dismiss()
  }
}
