import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLIError, ExitError } from '@oclif/core/errors'
import { flush } from '@oclif/core/flush'
import type { PJSON } from '@oclif/core/interfaces'
import { run } from '@oclif/core/run'
import { fault } from './faults.ts'
import { nearestCommand } from './nearest-command.ts'
import { invokedAs, PACKAGE } from './program.ts'

export interface CommandsStart {
  /** The package's folder, with package.json and oclif.manifest.json. */
  readonly root: string
  /** argv[1]: what the user started. */
  readonly path: string
}

/** Everything but exec and --version: oclif finds the command, reads its flags, and prints help. */
export async function runCommands(start: CommandsStart, argv: readonly string[]): Promise<number> {
  process.stdout.on('error', endOnBrokenPipe)
  const pjson = { ...PACKAGE, oclif: { ...PACKAGE.oclif, bin: invokedAs(start.path), helpOptions } } as PJSON
  try {
    await run([...argv], { root: start.root, isRoot: true, pjson })
    await flush()
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof ExitError) return error.oclif.exit ?? 1
    // What the user typed, not a failure of the command: oclif's own words name it.
    if (error instanceof CLIError) throw fault('KAE_USAGE', { ...usageWords(error.message, start, argv), cause: error })
    throw error
  }
}

/** Lines longer than this are hard to read, and oclif knows no other way to say so than a width that it takes for the terminal's. */
const WIDEST_HELP = 100
const helpOptions = {
  maxWidth: Math.min(process.stdout.columns || WIDEST_HELP, WIDEST_HELP),
  hideCommandSummaryInDescription: true,
}

interface UsageWords {
  readonly detail: string
  readonly next?: string
}

/** oclif's message on one line, without its hint at --help and its advice on flags that take several words: ours take one. */
function usageWords(message: string, { root }: CommandsStart, argv: readonly string[]): UsageWords {
  const { commands } = manifestOf(root)
  const unknown = /^command (\S+) not found/.exec(message)?.[1]?.split(':')
  if (unknown !== undefined) return unknownCommand(unknown, Object.keys(commands).map(inWords))
  const [words = ''] = message.split(/\s*(?:Note: --|See more help with --help)/)
  const detail = words
    .replace(/^The following errors? occurred:/, '')
    .replace(/^Nonexistent flags?:/, 'there is no such flag:')
    .replace(/\s+/g, ' ')
  const mistyped = /^Nonexistent flags?: --([\w-]+)/.exec(message)?.[1]
  const meant = mistyped === undefined ? undefined : nearestCommand(mistyped, flagsOf(argv.join(' '), commands))
  const next = `Did you mean --${meant}? Add --help to the command to see how it is used.`
  return { detail: detail.trim(), ...(meant === undefined ? {} : { next }) }
}

function flagsOf(line: string, commands: Manifest['commands']): readonly string[] {
  const found = Object.entries(commands).find(([id]) => line.startsWith(`${inWords(id)} `))
  return Object.keys(found?.[1].flags ?? {})
}

/** oclif takes what follows an unknown command for more of its name: `sessions shwo latest`. */
function unknownCommand(words: readonly string[], known: readonly string[]): UsageWords {
  const beginnings = words.map((_, index) => words.slice(0, words.length - index).join(' '))
  const meant = beginnings.map((beginning) => nearestCommand(beginning, known)).find((command) => command !== undefined)
  const topic = known.some((command) => command.startsWith(`${words[0]} `)) ? [words[0]] : []
  const near = [PACKAGE.oclif.bin, ...topic, '--help'].join(' ')
  const next = `${meant === undefined ? '' : `Did you mean "${meant}"? `}See what there is: ${near}`
  return { detail: `there is no command "${words.join(' ')}"`, next }
}

const inWords = (id: string): string => id.replaceAll(':', ' ')

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly flags: object }>>
}

/** What oclif has just read. */
const manifestOf = (root: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest

/** The reader of our output went away (`| head`): nobody is left to tell. 141 is what a shell shows for SIGPIPE. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(141)
  throw error
}
