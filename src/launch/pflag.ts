/**
 * A parser with the grammar of spf13/pflag 1.0.9 (flag.go: parseArgs, parseLongArg, parseSingleShortArg), because habits
 * and scripts made for kubectl rely on it.
 *
 *     --name=value  --name value  --bool  --bool=false
 *     -n value  -nvalue  -n=value  -abc (three bools, or bools and then a flag with its value)
 *     --        the rest are words
 *     -         a word
 */
import type { FlagDefinition } from '../kube/flags.ts'
import { fault } from './faults.ts'

type Definitions = Readonly<Record<string, FlagDefinition>>

export type FlagValue = string | boolean | readonly string[]

export interface ParsedFlags {
  readonly values: ReadonlyMap<string, FlagValue>
  /** All that is not a flag, in order. */
  readonly words: readonly string[]
  /** How many words stood before `--`; undefined where there is none. cobra's ArgsLenAtDash. */
  readonly wordsBeforeDashes: number | undefined
  /** `-h` or `--help` was met; what follows it was not read. */
  readonly help: boolean
}

interface State {
  readonly definitions: Definitions
  readonly values: Map<string, FlagValue>
  readonly words: string[]
  readonly rest: string[]
  help: boolean
}

/** @throws Fault KAE_FLAG_* */
export function parseFlags(argv: readonly string[], definitions: Definitions): ParsedFlags {
  const state: State = { definitions, values: new Map(), words: [], rest: [...argv], help: false }
  let wordsBeforeDashes: number | undefined
  for (let word = state.rest.shift(); word !== undefined && !state.help; word = state.rest.shift()) {
    if (word === '--') {
      wordsBeforeDashes = state.words.length
      state.words.push(...state.rest.splice(0))
    } else if (word.startsWith('--')) parseLong(word, state)
    else if (word.startsWith('-') && word !== '-') parseShorts(word.slice(1), state)
    else state.words.push(word)
  }
  return { values: state.values, words: state.words, wordsBeforeDashes, help: state.help }
}

function parseLong(word: string, state: State): void {
  const text = word.slice(2)
  if (text.startsWith('-') || text.startsWith('=')) throw fault('KAE_FLAG_SYNTAX', { detail: word })
  const equals = text.indexOf('=')
  // kubectl takes --pod_running_timeout for --pod-running-timeout.
  const name = (equals < 0 ? text : text.slice(0, equals)).replaceAll('_', '-')
  const definition = Object.hasOwn(state.definitions, name) ? state.definitions[name] : undefined
  if (definition === undefined && name === 'help') state.help = true
  else if (definition === undefined) throw unknownFlag(`--${name}`, state)
  else if (equals >= 0) set(state, { name, definition, shown: `--${name}` }, text.slice(equals + 1))
  else takeValue(state, { name, definition, shown: `--${name}` })
}

/** `shorts` is what follows one dash: bools up to the first flag that takes a value, which takes the remainder. */
function parseShorts(shorts: string, state: State): void {
  const char = shorts.slice(0, 1)
  const remainder = shorts.slice(1)
  const named = Object.entries(state.definitions).find(([, definition]) => definition.char === char)
  if (named === undefined && char === 'h') {
    state.help = true
    return
  }
  if (named === undefined) throw unknownFlag(shorts.length > 1 ? `-${char} in -${shorts}` : `-${char}`, state)
  const flag: Flag = { name: named[0], definition: named[1], shown: `-${char}` }
  if (remainder.startsWith('=') && remainder.length > 1) set(state, flag, remainder.slice(1))
  else if (flag.definition.type === 'bool') {
    set(state, flag, 'true')
    if (remainder !== '') parseShorts(remainder, state)
  } else if (remainder !== '') set(state, flag, remainder)
  else takeValue(state, flag)
}

interface Flag {
  readonly name: string
  readonly definition: FlagDefinition
  /** As it was written. */
  readonly shown: string
}

function takeValue(state: State, flag: Flag): void {
  if (flag.definition.type === 'bool') return set(state, flag, 'true')
  const value = state.rest.shift()
  if (value === undefined) throw fault('KAE_FLAG_VALUE_MISSING', { detail: `${flag.shown} stands last` })
  set(state, flag, value)
}

function set(state: State, { name, definition, shown }: Flag, value: string): void {
  if (definition.type === 'bool') state.values.set(name, parseBool(shown, value))
  else if (definition.type === 'string') state.values.set(name, value)
  else state.values.set(name, [...((state.values.get(name) as readonly string[] | undefined) ?? []), value])
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** Go's strconv.ParseBool. */
function parseBool(shown: string, value: string): boolean {
  if (TRUE.includes(value)) return true
  if (FALSE.includes(value)) return false
  throw fault('KAE_FLAG_VALUE_INVALID', { detail: `${shown}=${value}: expected true or false` })
}

/** A flag that nobody knows, after a second word, is most likely one of the command's own: the dashes are missing. */
function unknownFlag(shown: string, state: State): Error {
  const [target, ...command] = state.words
  if (target === undefined || command.length === 0) return fault('KAE_FLAG_UNKNOWN', { detail: shown })
  return fault('KAE_FLAG_UNKNOWN', {
    detail: shown,
    next: `If it belongs to the command, put -- before that: kube-audit-exec ${target} -- ${command.join(' ')} …`,
  })
}
