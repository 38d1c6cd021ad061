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
    if (error instanceof CLIError) throw fault('KAE_USAGE', { ...usageWords(error.message, start), cause: error })
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
function usageWords(message: string, { root }: CommandsStart): UsageWords {
  const unknown = /^command (\S+) not found/.exec(message)?.[1]?.split(':')
  if (unknown !== undefined) return unknownCommand(unknown, commandsOf(root))
  const [words = ''] = message.split(/\s*(?:Note: --|See more help with --help)/)
  const detail = words
    .replace(/^The following errors? occurred:/, '')
    .replace(/^Nonexistent flags?:/, 'there is no such flag:')
    .replace(/\s+/g, ' ')
  return { detail: detail.trim() }
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

/** In words, from the manifest that oclif has just read. */
function commandsOf(root: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as { readonly commands: object }
  return Object.keys(manifest.commands).map((id) => id.replaceAll(':', ' '))
}

/** The reader of our output went away (`| head`): nobody is left to tell. 141 is what a shell shows for SIGPIPE. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(141)
  throw error
}
