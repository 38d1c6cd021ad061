/** Turns the command of an exec into a local process: where it runs, with which environment, from which file. */
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { ShellCommand } from './shell.ts'

/** What the command line has to say before the first shell. */
export const SANDBOX_NOTICE =
  'The sandbox has no containers: its shells run on this machine, as you, with all your rights.'

/** Fixed, so that a shell does not depend on where this program was started from. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin:/run/current-system/sw/bin'

export interface ExecPlace {
  readonly namespace: string
  readonly pod: string
  readonly tty: boolean
}

export type Preparation =
  | { readonly ok: true; readonly command: ShellCommand }
  /** The words of runc for the same failure. */
  | { readonly ok: false; readonly why: string }

/** @param root folder that holds one folder for each pod */
export function prepareShell(root: string, place: ExecPlace, argv: readonly string[]): Preparation {
  const cwd = join(root, place.namespace, place.pod)
  furnish(cwd, place.pod)
  const found = findExecutable(argv[0] ?? '', cwd)
  if (!found.ok) return found
  return { ok: true, command: { file: found.file, argv, cwd, env: environmentOf(place, cwd) } }
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

type Found = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string }

function findExecutable(name: string, cwd: string): Found {
  const quoted = `exec: ${JSON.stringify(name)}`
  if (name.includes('/')) {
    const file = isAbsolute(name) ? name : resolve(cwd, name)
    if (!existsSync(file)) return { ok: false, why: `${quoted}: stat ${name}: no such file or directory` }
    return isExecutable(file) ? { ok: true, file } : { ok: false, why: `${quoted}: permission denied` }
  }
  const file =
    name === ''
      ? undefined
      : PATH.split(':')
          .map((folder) => join(folder, name))
          .find(isExecutable)
  return file === undefined ? { ok: false, why: `${quoted}: executable file not found in $PATH` } : { ok: true, file }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
