/** What is entered inside of tmux and screen, which paint the whole screen. */
import { describe, expect, it } from 'vitest'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { recordsOf, recordWith, stream } from '../../rig/recordings/fixture.ts'

type Part = readonly ['<' | '>', string]

const START: readonly Part[] = [
  ['>', '$ '],
  ...[...'tmux'].flatMap((key): Part[] => [
    ['<', key],
    ['>', key],
  ]),
  ['<', '\r'],
  ['>', '\r\n\x1b[?1049h\x1b[H\x1b[2Jin> '],
]
const END: readonly Part[] = [['>', '\x1b[?1049l']]

async function listOf(...parts: readonly Part[]): Promise<string[]> {
  const open = recordsOf('bash-plain').slice(0, 1)
  const records = [...START, ...parts, ...END].map(([way, text], at) =>
    recordWith({
      kind: way === '<' ? 'input' : 'output',
      seq: at + 1,
      elapsed: (at + 1) * 20_000,
      payload: Buffer.from(text),
    }),
  )
  const { commands } = await deriveCommands(stream([...open, ...records]))
  return commands.slice(2).map((each) => (each.type === 'command' ? each.line : each.type))
}

const echoed = (text: string): Part[] =>
  [...text].flatMap((key): Part[] => [
    ['<', key],
    ['>', key],
  ])
const flood = Array.from({ length: 40 }, (_, at) => `\r\n${at}`).join('')

describe('a line inside of a terminal multiplexer', () => {
  it('is found where its own output takes it off the screen at once', async () => {
    expect(await listOf(...echoed('seq 40'), ['<', '\r'], ['>', `${flood}\r\nin> `])).toEqual(['seq 40'])
  })

  it('is found after one that was not echoed', async () => {
    const list = await listOf(
      ...echoed('id'),
      ['<', '\r'],
      ['>', '\r\nPassword: '],
      ...[...'a-secret'].map((key): Part => ['<', key]),
      ['<', '\r'],
      // The prompt of a password needs no line feed.
      ['>', 'in> '],
      ...echoed('seq 40'),
      ['<', '\r'],
      ['>', `${flood}\r\nin> `],
    )
    expect(list).toEqual(['id', 'hidden', 'seq 40'])
  })

  it('is hidden where it answers a question while a line of the history still waits', async () => {
    const list = await listOf(
      ...echoed('sudo id'),
      ['<', '\r'],
      ['>', '\r\nroot\r\nin> '],
      ['<', '\x1b[A'],
      ['>', 'sudo id'],
      ['<', '\r'],
      ['>', '\r\nPassword: '],
      ...[...'a-secret'].map((key): Part => ['<', key]),
      ['<', '\r'],
      ['>', '\r\nroot\r\nin> '],
      ...echoed('ls'),
      ['<', '\r'],
      ['>', '\r\nin> '],
    )
    expect(list).toEqual(['sudo id', 'sudo id', 'hidden', 'ls'])
  })

  it('is the one that a search found, and not what was typed next', async () => {
    const top = `${flood}\r\nin> `
    const list = await listOf(
      ...echoed('tail x'),
      ['<', '\r'],
      ['>', top],
      ['<', '\x12'],
      ['>', "\r(search)`': "],
      ['<', 't'],
      ['>', "\r\x1b[K(search)`t': tail x"],
      ['<', '\r'],
      ['>', '\r\x1b[Kin> tail x\r\nout\r\nin> '],
      ...echoed('id'),
      ['<', '\r'],
      ['>', '\r\nroot\r\nin> '],
    )
    expect(list).toEqual(['tail x', 'tail x', 'id'])
  })

  it('is not the next one where it has cleared the screen', async () => {
    const list = await listOf(
      ['<', '\x12'],
      ['>', "\r(search)`': "],
      ['<', 'c'],
      ['>', "\r\x1b[K(search)`c': clear"],
      ['<', '\r'],
      ['>', '\x1b[H\x1b[2Jin> '],
      ...echoed('id'),
      ['<', '\r'],
      ['>', '\r\nroot\r\nin> '],
    )
    expect(list).toEqual(['id'])
  })
})
