/** Which way an argv goes, decided before anything heavy is loaded. */
import { EXEC_FLAGS } from './exec-flags.ts'
import { PACKAGE } from './program.ts'

export type Route =
  | { readonly to: 'version' }
  /** Nothing was said: on a terminal that is the screen, else help. */
  | { readonly to: 'ui' }
  /** `argv` is what follows the word `exec`, whether that was written or not. */
  | { readonly to: 'exec'; readonly argv: readonly string[] }
  /** `argv` is what was typed of the words of a command line, the last one perhaps in part. */
  | { readonly to: 'complete'; readonly argv: readonly string[] }
  | { readonly to: 'commands'; readonly argv: readonly string[] }

/** First words that oclif handles. Everything else is a pod: `kube-audit-exec [flags] POD -- COMMAND`. */
export const COMMAND_WORDS: ReadonlySet<string> = new Set(['completion', 'config', 'sandbox', 'sessions', 'ui'])

/** Those whose commands are two words, and what they are about. */
export const TOPICS: ReadonlyMap<string, string> = new Map(
  Object.entries(PACKAGE.oclif.topics).map(([topic, { description }]) => [topic, description]),
)

export function routeOf(argv: readonly string[]): Route {
  const [first] = argv
  if (first === undefined) return { to: 'ui' }
  if (first === '--help' || first === '-h') return { to: 'commands', argv: ['--help'] }
  if (first === '--version' || first === 'version') return { to: 'version' }
  if (first === '__complete') return { to: 'complete', argv: argv.slice(1) }
  if (first === 'help') return { to: 'commands', argv: [...argv.slice(1), '--help'] }
  if (COMMAND_WORDS.has(first)) return { to: 'commands', argv }
  const execAt = firstWord(argv)
  if (isTopic(argv, execAt)) return { to: 'commands', argv: flagsLast(argv, execAt) }
  if (argv[execAt] !== 'exec') return { to: 'exec', argv }
  return { to: 'exec', argv: argv.toSpliced(execAt, 1) }
}

/** `-n prod sessions list`: kubectl's users write flags first. A pod of that name has no word behind it but after `--`. */
const isTopic = (argv: readonly string[], at: number): boolean =>
  TOPICS.has(argv[at] ?? '') && /^[a-z]+$/.test(argv[at + 1] ?? '')

const flagsLast = (argv: readonly string[], at: number): readonly string[] => [
  ...argv.slice(at, at + 2),
  ...argv.slice(0, at),
  ...argv.slice(at + 2),
]

/** The index of the first word that is neither a flag nor a flag's value: kubectl takes flags before `exec` too. */
function firstWord(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--') return -1
    if (!word.startsWith('-') || word === '-') return index
    if (takesNextWord(word)) index += 1
  }
  return -1
}

function takesNextWord(word: string): boolean {
  if (word.includes('=')) return false
  if (word.startsWith('--')) return isValued(EXEC_FLAGS[word.slice(2)]?.type)
  const flags = [...word.slice(1)].map((char) => Object.values(EXEC_FLAGS).find((flag) => flag.char === char))
  const valued = flags.findIndex((flag) => isValued(flag?.type))
  return valued >= 0 && valued === flags.length - 1
}

const isValued = (type: string | undefined): boolean => type !== undefined && type !== 'bool'
