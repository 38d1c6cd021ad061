/** Turns the command of an exec into a local process: where it runs, with which environment, from which file. */
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ShellCommand } from './shell.ts'
import { SANDBOX_VARIABLE } from './strays.ts'

/** What the command line has to say before the first shell. */
export const SANDBOX_NOTICE =
  'The sandbox has no containers: its shells run on this machine, as you, with all your rights.'

/** Fixed, so that a shell does not depend on where this program was started from. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin:/run/current-system/sw/bin'

/** The pods of one sandbox: its id, and the folder that holds one folder for each of them. */
export interface PodHost {
  readonly id: string
  readonly folder: string
}

export interface ExecPlace {
  readonly namespace: string
  readonly pod: string
  readonly tty: boolean
}

/**
 * @throws what cannot be started, in runc's words for the same failure
 */
export function prepareShell(host: PodHost, place: ExecPlace, argv: readonly string[]): ShellCommand {
  // Cut short at the NUL by some of those that take C strings: then another command runs than was reviewed.
  if (argv.some((argument) => argument.includes('\0'))) throw new Error('exec: invalid argument')
  const cwd = join(host.folder, place.namespace, place.pod)
  furnish(cwd, place.pod)
  return {
    file: findExecutable(argv[0] ?? '', cwd),
    argv,
    cwd,
    env: { ...environmentOf(place, cwd), [SANDBOX_VARIABLE]: host.id },
  }
}

const environmentOf = ({ pod, tty }: ExecPlace, home: string): Record<string, string> => ({
  PATH,
  HOME: home,
  HOSTNAME: pod,
  LANG: 'C.UTF-8',
  PS1: `${pod}:~$ `,
  ...(tty && { TERM: 'xterm' }),
})

function furnish(home: string, pod: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const profile = join(home, '.bashrc')
  // Some systems' own bashrc sets PS1 whatever the environment says.
  if (!existsSync(profile)) writeFileSync(profile, `PS1='${pod}:\\w\\$ '\n`)
}

function findExecutable(name: string, cwd: string): string {
  const quoted = `exec: ${JSON.stringify(name)}`
  if (name.includes('/')) {
    const file = resolve(cwd, name)
    if (!existsSync(file)) throw new Error(`${quoted}: stat ${name}: no such file or directory`)
    if (!isExecutable(file)) throw new Error(`${quoted}: permission denied`)
    return file
  }
  const found = PATH.split(':').map((folder) => join(folder, name))
  const file = name === '' ? undefined : found.find(isExecutable)
  if (file === undefined) throw new Error(`${quoted}: executable file not found in $PATH`)
  return file
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
