/** Ways to use exec, in which ours and kubectl's are compared. */
import { randomBytes } from 'node:crypto'
import type { Stdin } from '../../../e2e/rig/program.ts'

export const EVERY_BYTE = Uint8Array.from({ length: 65_536 }, (_, index) => (index * 7 + (index >> 8)) % 256)
const BIG = randomBytes(8_000_000)
const sh = (script: string): string[] => ['--', 'sh', '-c', script]
const COUNT = sh('wc -c; echo status $?')

export interface Case {
  readonly title: string
  readonly words: readonly string[]
  /** `every-byte` is a file with EVERY_BYTE in it. */
  readonly stdin?: Stdin | 'every-byte'
  /** What the command itself writes to stderr. */
  readonly aside?: string
  /** For a shell around the program: what reads its output. */
  readonly pipe?: string
}

export const CASES: readonly Case[] = [
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
  { title: 'a file as stdin', words: ['-i', 'web-0', '--', 'sha256sum'], stdin: 'every-byte' },
  { title: 'no -i, and a file there', words: ['web-0', ...COUNT], stdin: 'every-byte' },
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

export interface TerminalCase {
  readonly title: string
  readonly words: readonly string[]
  /** Typed when `from` has been seen. */
  readonly type?: readonly { readonly from: string | RegExp; readonly keys: string | Uint8Array }[]
}

export const TERMINAL_CASES: readonly TerminalCase[] = [
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
