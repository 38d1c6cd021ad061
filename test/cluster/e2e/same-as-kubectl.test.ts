/**
 * Whatever kubectl exec does, ours does too: the same exit status, the same bytes on stdout, the same bytes in the
 * container (the commands print what they got), and the command's own stderr, whole. The words of the programs may differ.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, run } from '../../e2e/rig/program.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { useCluster } from '../cluster.ts'
import { type Installed, installServer } from './installed.ts'
import { CASES, type Case, EVERY_BYTE, TERMINAL_CASES, type TerminalCase } from './rig/exec-cases.ts'
import { type Person, person } from './rig/person.ts'

let installed: Installed
let alice: Person
let admin: Person
beforeAll(async () => {
  installed = await installServer(await useCluster())
  alice = person(installed, 'alice')
  admin = person(installed, 'admin')
  writeFileSync(everyByte(), EVERY_BYTE)
})
const everyByte = (): string => join(installed.folder, 'every-byte')

afterAll(async () => {
  await installed?.dispose()
})

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
  return run(whole, { env, stdin: stdin === 'every-byte' ? { file: everyByte() } : stdin, limitSeconds: 40 })
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
