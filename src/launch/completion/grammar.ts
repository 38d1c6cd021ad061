/** What the word under the cursor is, by the commands and flags of oclif.manifest.json. Pure. */
import { COMMAND_WORDS, TOPICS } from '../route.ts'

export interface ManifestFlag {
  readonly name: string
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly description?: string
  readonly options?: readonly string[]
  readonly hidden?: boolean
  readonly multiple?: boolean
}

export interface ManifestCommand {
  readonly id: string
  readonly summary?: string
  readonly hidden?: boolean
  readonly flags: Readonly<Record<string, ManifestFlag>>
}

export interface Manifest {
  readonly commands: Readonly<Record<string, ManifestCommand>>
}

/** A word to be completed, and what was said before it. */
export interface Cursor {
  readonly command: ManifestCommand | undefined
  /** Flags before the cursor by their long names; of one that may be repeated all values. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[]>>
  /** Words of the command before the cursor that are no flags. */
  readonly words: readonly string[]
  readonly place: Place
  readonly typed: string
}

export type Place =
  /** A command of the topic, or of the program where that is empty. */
  | { readonly type: 'command'; readonly topic: string }
  | { readonly type: 'flag' }
  | { readonly type: 'value'; readonly of: ManifestFlag }
  | { readonly type: 'word' }
  /** After two dashes: a command in the container. */
  | { readonly type: 'remote' }

/** PowerShell passes no empty word before 7.3, so its script writes two quotes; from 7.3 on these come as they are. */
const QUOTED_NOTHING = '""'

/** @param words all words of the program up to the cursor; the last one is what was typed of the word under it */
export function cursorAt(words: readonly string[], manifest: Manifest): Cursor {
  const before = words.slice(0, -1)
  const last = words.at(-1) ?? ''
  const typed = last === QUOTED_NOTHING ? '' : last
  const { id, rest } = commandOf(before)
  const command = manifest.commands[id]
  if (command === undefined) {
    return { command, flags: {}, words: [], typed, place: { type: 'command', topic: id } }
  }
  const said = read(rest, command)
  const isFirst = before.length === 0
  const place = placeOf(typed, said, command)
  // The word `exec` may be left out: the first word is a command or a pod.
  const first: Place = { type: 'command', topic: '' }
  return {
    command,
    flags: said.flags,
    words: said.words,
    ...at(isFirst && place.type === 'word' ? first : place, typed),
  }
}

function commandOf(before: readonly string[]): { readonly id: string; readonly rest: readonly string[] } {
  const [first, second] = before
  if (first !== undefined && TOPICS.has(first))
    return second === undefined ? { id: first, rest: [] } : { id: `${first}:${second}`, rest: before.slice(2) }
  if (first !== undefined && COMMAND_WORDS.has(first)) return { id: first, rest: before.slice(1) }
  return { id: 'exec', rest: before.filter((word, index) => word !== 'exec' || index !== before.indexOf('exec')) }
}

interface Said {
  readonly flags: Record<string, string | boolean | string[]>
  readonly words: string[]
  /** A flag that stands last and wants a value. */
  waiting: ManifestFlag | undefined
  dashes: boolean
}

function read(rest: readonly string[], command: ManifestCommand): Said {
  const said: Said = { flags: {}, words: [], waiting: undefined, dashes: false }
  for (const word of rest) {
    if (said.dashes) continue
    if (said.waiting !== undefined) {
      set(said, said.waiting, word)
      said.waiting = undefined
    } else if (word === '--') said.dashes = true
    else if (word.startsWith('--')) readLong(word, command, said)
    else if (word.startsWith('-') && word !== '-') readShorts(word.slice(1), command, said)
    else said.words.push(word)
  }
  return said
}

function readLong(word: string, command: ManifestCommand, said: Said): void {
  const [name = '', ...value] = word.slice(2).split('=')
  const flag = flagNamed(name, command)
  if (flag === undefined) return
  if (value.length > 0) set(said, flag, value.join('='))
  else if (flag.type === 'boolean') said.flags[name] = true
  else said.waiting = flag
}

function readShorts(shorts: string, command: ManifestCommand, said: Said): void {
  const flag = Object.values(command.flags).find(({ char }) => char === shorts[0])
  if (flag === undefined) return
  const rest = shorts.slice(1)
  if (flag.type === 'boolean') {
    said.flags[flag.name] = true
    if (rest !== '') readShorts(rest, command, said)
  } else if (rest !== '') set(said, flag, rest.replace(/^=/, ''))
  else said.waiting = flag
}

function set(said: Said, { name, multiple }: ManifestFlag, value: string): void {
  const before = said.flags[name]
  said.flags[name] = multiple === true ? [...(Array.isArray(before) ? before : []), value] : value
}

const flagNamed = (name: string, { flags }: ManifestCommand): ManifestFlag | undefined =>
  Object.hasOwn(flags, name) ? flags[name] : undefined

function placeOf(typed: string, said: Said, command: ManifestCommand): Place {
  if (said.dashes) return { type: 'remote' }
  if (said.waiting !== undefined) return { type: 'value', of: said.waiting }
  const name = /^--([^=]+)=/.exec(typed)?.[1]
  const flag = name === undefined ? undefined : flagNamed(name, command)
  if (flag !== undefined) return { type: 'value', of: flag }
  return typed.startsWith('-') ? { type: 'flag' } : { type: 'word' }
}

/** Of `--flag=va` only `va` is completed, as cobra does it. */
function at(place: Place, typed: string): Pick<Cursor, 'place' | 'typed'> {
  const equals = place.type === 'value' && typed.startsWith('--') ? typed.indexOf('=') + 1 : 0
  return { place, typed: typed.slice(equals) }
}
