/**
 * Whatever kubectl exec does, ours does too: the same exit status, the same bytes on stdout, the same bytes in the
 * container (the commands print what they got), and the command's own stderr, whole. The words of the programs may differ.
 */
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, run, type Stdin } from '../../e2e/rig/program.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { useCluster } from '../cluster.ts'
import { type Installed, installServer } from './installed.ts'
import { type Person, person } from './rig/person.ts'

let installed: Installed
let alice: Person
let admin: Person
beforeAll(async () => {
  installed = await installServer(await useCluster())
  alice = person(installed, 'alice')
  admin = person(installed, 'admin')
  writeFileSync(join(installed.folder, 'every-byte'), EVERY_BYTE)
})
afterAll(async () => {
  await installed?.dispose()
})

const EVERY_BYTE = Uint8Array.from({ length: 65_536 }, (_, index) => (index * 7 + (index >> 8)) % 256)
const BIG = randomBytes(8_000_000)
const file = (): Stdin => ({ file: join(installed.folder, 'every-byte') })
const sh = (script: string): string[] => ['--', 'sh', '-c', script]
const COUNT = sh('wc -c; echo status $?')

interface Case {
  readonly title: string
  readonly words: readonly string[]
  readonly stdin?: Stdin | (() => Stdin)
  /** What the command itself writes to stderr. */
  readonly aside?: string
  /** For a shell around the program: what reads its output. */
  readonly pipe?: string
}

const CASES: readonly Case[] = [
  { title: 'nothing to print', words: ['web-0', '--', 'true'] },
  { title: 'the default container', words: ['web-0', ...sh('echo "$CONTAINER"')] },
  { title: '-c', words: ['-c', 'sidecar', 'web-0', ...sh('echo "$CONTAINER"')] },
  { title: '--container= after the pod', words: ['web-0', '--container=sidecar', ...sh('echo "$CONTAINER"')] },
  { title: 'TYPE/NAME', words: ['statefulset/web', ...sh('hostname')] },
  { title: 'pod/NAME', words: ['pod/web-0', ...sh('hostname')] },
  { title: '-q', words: ['-q', 'web-0', ...sh('exit 4')] },
  { title: 'exit status 0', words: ['web-0', ...sh('exit 0')] },
  { title: 'exit status 3', words: ['web-0', ...sh('exit 3')] },
  { title: 'exit status 126', words: ['web-0', ...sh('exit 126')] },
  { title: 'exit status 127', words: ['web-0', ...sh('exit 127')] },
  { title: 'exit status 255', words: ['web-0', ...sh('exit 255')] },
  { title: 'a command that a signal ends', words: ['web-0', ...sh('kill -9 $$')] },
  { title: 'a command that is not there', words: ['web-0', '--', 'no-such-command'] },
  { title: 'a command that is no program', words: ['web-0', '--', '/etc/passwd'] },
  { title: 'a folder as command', words: ['web-0', '--', '/tmp'] },
  { title: 'a container without a shell', words: ['distroless-0', '--', 'sh'] },
  {
    title: 'stdout and stderr apart',
    words: ['web-0', ...sh('echo out; echo aside >&2; echo more')],
    aside: 'aside\n',
  },
  {
    title: 'much on stderr',
    words: ['web-0', ...sh('yes aside | head -c 300000 >&2')],
    aside: 'aside\n'.repeat(50_000),
  },
  { title: 'every byte on stdout', words: ['-i', 'web-0', '--', 'cat'], stdin: EVERY_BYTE },
  { title: 'a file as stdin', words: ['-i', 'web-0', '--', 'sha256sum'], stdin: file },
  { title: 'no -i, and a file there', words: ['web-0', ...COUNT], stdin: file },
  { title: 'no -i, and a pipe there', words: ['web-0', ...COUNT], stdin: EVERY_BYTE },
  { title: '-i, and nothing there', words: ['-i', 'web-0', ...COUNT] },
  { title: '-i, and an empty pipe', words: ['-i', 'web-0', ...COUNT], stdin: new Uint8Array() },
  { title: '-i, and stdin closed', words: ['-i', 'web-0', ...COUNT], stdin: 'closed' },
  { title: 'no -i, and stdin closed', words: ['web-0', ...COUNT], stdin: 'closed' },
  { title: '-i, and 8 MB', words: ['-i', 'web-0', '--', 'sha256sum'], stdin: BIG },
  { title: '-i, and 8 MB there and back', words: ['-i', 'web-0', '--', 'cat'], stdin: BIG },
  {
    title: '-i, a pipe that stays open, and a command that ends',
    words: ['-i', 'web-0', ...sh('exit 6')],
    stdin: 'idle',
  },
  {
    title: 'the end of stdin before the end of output',
    words: ['-i', 'web-0', ...sh('cat; sleep .3; echo late')],
    stdin: EVERY_BYTE,
  },
  { title: '-t without a terminal', words: ['-t', 'web-0', ...sh('tty; wc -c')], stdin: EVERY_BYTE },
  { title: '-it without a terminal', words: ['-it', 'web-0', ...sh('tty; wc -c')], stdin: EVERY_BYTE },
  { title: '-it without stdin', words: ['-it', 'web-0', ...sh('tty; wc -c')], stdin: 'closed' },
  { title: '20 MB of output', words: ['web-0', ...sh('yes 0123456 | head -c 20000000')] },
  { title: 'a reader that leaves', words: ['web-0', ...sh('yes')], pipe: 'head -c 100000 | cksum' },
  { title: 'a slow reader', words: ['web-0', ...sh('yes | head -c 3000000')], pipe: '{ sleep 1; cksum; }' },
  {
    title: 'arguments with spaces, quotes, nothing in them, and 8 bits',
    words: ['web-0', '--', 'printf', '<%s>', 'a  b', '"\'$x', '', 'ä\u00a0\n', '-n', '--', '*'],
  },
  {
    title: 'a hundred arguments',
    words: ['web-0', '--', 'echo', ...Array.from({ length: 100 }, (_, index) => `argument-${index}`)],
  },
  { title: 'a command of 20 kB', words: ['web-0', '--', 'sh', '-c', `: ${'x'.repeat(20_000)}; echo ran`] },
  { title: 'the environment', words: ['web-0', ...sh('echo "$TERM:$HOME:$PATH:$COLUMNS"; pwd; id')] },
  { title: 'a pod that is not there', words: ['no-such-pod', '--', 'true'] },
  { title: 'a container that is not there', words: ['web-0', '-c', 'nope', '--', 'true'] },
  { title: 'a type that is not there', words: ['nothings/web', '--', 'true'] },
  { title: 'no command', words: ['web-0'] },
  { title: 'no pod', words: ['--', 'true'] },
  { title: 'no dashes before the command', words: ['web-0', 'true'] },
  { title: 'an unknown flag', words: ['--nope', 'web-0', '--', 'true'] },
  { title: '--request-timeout of nonsense', words: ['--request-timeout=soon', 'web-0', '--', 'true'] },
  { title: 'a context that is not there', words: ['--context=nope', 'web-0', '--', 'true'] },
]

interface Way {
  readonly who: Person
  readonly argv: (words: readonly string[]) => string[]
}

/** kubectl past the webhook, ours without the server, and ours through it. */
const ways = (): Readonly<Record<'theirs' | 'local' | 'cluster', Way>> => {
  const folder = join(installed.folder, 'local')
  return {
    theirs: { who: admin, argv: (words) => admin.kubectl('exec', ...words) },
    local: { who: admin, argv: (words) => admin.ours('--collector=local', '--log-dir', folder, ...words) },
    cluster: { who: alice, argv: (words) => alice.ours('--collector=cluster', ...words) },
  }
}

async function inAllWays<T>(work: (way: Way) => Promise<T>): Promise<Record<'theirs' | 'local' | 'cluster', T>> {
  const [theirs, local, cluster] = await Promise.all(Object.values(ways()).map(work))
  return { theirs: theirs!, local: local!, cluster: cluster! }
}

async function outcomeOf(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { stdin = 'empty', pipe }: Case,
): Promise<Outcome> {
  // bash: the status of the program, not that of its reader.
  const whole = pipe === undefined ? argv : ['bash', '-c', `"$@" | ${pipe}; exit "\${PIPESTATUS[0]}"`, 'bash', ...argv]
  return run(whole, { env, stdin: typeof stdin === 'function' ? stdin() : stdin, limitSeconds: 40 })
}

const digest = (bytes: Uint8Array): string =>
  bytes.length > 2000
    ? `${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}`
    : Buffer.from(bytes).toString('latin1')

describe('exec is the same as kubectl exec with', () => {
  test.each(CASES)('$title', async (row) => {
    const outcomes = await inAllWays(({ who, argv }) => outcomeOf(argv(row.words), who.env, row))
    const seen = ({ status, stdout }: Outcome) => ({ status, stdout: digest(stdout) })
    const { theirs, local, cluster } = outcomes
    const words = Object.entries(outcomes).map(([name, { stderr }]) => `${name}: ${stderr.slice(0, 1000)}`)
    expect({ local: seen(local), cluster: seen(cluster) }, words.join('\n')).toEqual({
      local: seen(theirs),
      cluster: seen(theirs),
    })
    const { aside = '' } = row
    expect([theirs, local, cluster].filter(({ stderr }) => !stderr.includes(aside))).toEqual([])
  })
})

interface TerminalCase {
  readonly title: string
  readonly words: readonly string[]
  /** Typed when `from` has been seen. */
  readonly type?: readonly { readonly from: string | RegExp; readonly keys: string | Uint8Array }[]
}

const TERMINAL_CASES: readonly TerminalCase[] = [
  {
    title: 'its size, type and settings',
    words: ['-it', 'web-0', ...sh('until [ "$(stty size 2>&1)" = "29 93" ]; do :; done; stty -a; echo "$TERM"')],
  },
  { title: 'stdout and stderr in one', words: ['-it', 'web-0', ...sh('echo out; echo aside >&2')] },
  {
    title: '-i alone',
    words: ['-i', 'web-0', ...sh('tty; head -n 1')],
    type: [{ from: 'not a tty', keys: 'typed\n' }],
  },
  { title: '-t alone', words: ['-t', 'web-0', ...sh('tty; cat; echo end')] },
  { title: 'an exit status', words: ['-it', 'web-0', ...sh('exit 9')] },
  { title: 'a command that is not there', words: ['-it', 'web-0', '--', 'no-such-command'] },
  {
    title: 'output of a program that sets line ends itself',
    words: ['-it', 'web-0', ...sh("stty -opost; printf 'one\\ntwo\\r\\n\\tthree'")],
  },
  {
    title: 'every control key in raw mode',
    words: ['-it', 'web-0', ...sh('stty raw -echo; echo go; head -c 32 | od -An -tx1')],
    type: [{ from: 'go', keys: Uint8Array.from({ length: 32 }, (_, index) => index) }],
  },
  {
    title: 'bytes above 127 in raw mode',
    words: ['-it', 'web-0', ...sh('stty raw -echo; echo go; head -c 128 | od -An -tx1')],
    type: [{ from: 'go', keys: Uint8Array.from({ length: 128 }, (_, index) => 128 + index) }],
  },
  {
    title: 'Ctrl-C',
    words: ['-it', 'web-0', ...sh("trap 'echo caught; exit 8' INT; echo go; while :; do sleep .05; done")],
    type: [{ from: 'go', keys: '\x03' }],
  },
  {
    title: 'Ctrl-Z',
    words: [
      '-it',
      'web-0',
      ...sh("stty -a 2>/dev/null | grep -o 'susp = [^;]*'; stty raw -echo; echo go; head -c 1 | od -An -tx1"),
    ],
    type: [{ from: 'go', keys: '\x1a' }],
  },
  { title: 'Ctrl-D', words: ['-it', 'web-0', ...sh('echo go; cat; echo end')], type: [{ from: 'go', keys: '\x04' }] },
  {
    title: 'Ctrl-S and Ctrl-Q',
    words: ['-it', 'web-0', ...sh('stty raw -echo; echo go; head -c 2 | od -An -tx1')],
    type: [{ from: 'go', keys: '\x13\x11' }],
  },
  { title: '400 kB of output', words: ['-it', 'web-0', ...sh('yes 0123456 | head -c 400000')] },
  {
    title: 'a large paste',
    words: ['-it', 'web-0', ...sh('stty raw -echo; echo go; head -c 100000 | sha256sum')],
    type: [{ from: 'go', keys: Buffer.from(BIG.subarray(0, 50_000).toString('hex')) }],
  },
]

async function onTerminal({ who, argv }: Way, { words, type = [] }: TerminalCase) {
  await using terminal = new TerminalRun(argv(['-q', ...words]), { env: who.env, columns: 93, rows: 29 })
  for (const { from, keys } of type) {
    await terminal.until(from)
    terminal.type(keys)
  }
  const { status, before, after } = await terminal.end()
  const shown = digest(Buffer.from(remoteOnly(terminal.shown)))
  return { status, restored: before === after && before !== '', shown }
}

describe('on a terminal, exec is the same as kubectl exec with', () => {
  test.each(TERMINAL_CASES)('$title', async (row) => {
    const { theirs, local, cluster } = await inAllWays((way) => onTerminal(way, row))
    expect({ local, cluster }).toEqual({ local: theirs, cluster: theirs })
  })
})

/** Without the last words of the two programs, which on a terminal stand in the same stream. */
const remoteOnly = (shown: string): string =>
  shown.replace(
    /^(error: |Error |Internal error|command terminated |Warning: | {2}next: |Unable to use a TTY).*$/gms,
    '',
  )
