import { describe, expect, it } from 'vitest'
import { ScriptEncoder, type ScriptOptions } from '../../../src/recording/formats/typescript.ts'
import { madeRecords, sessionOf, shellRecords, size } from './rig.ts'

function written(records = shellRecords(), options: ScriptOptions = {}) {
  const encoder = new ScriptEncoder(sessionOf(records), options)
  const all = [...records.map((record) => encoder.record(record)), encoder.finish()]
  return {
    typescript: Buffer.concat(all.flatMap((pieces) => pieces.typescript.map((piece) => Buffer.from(piece as string)))),
    timing: all.map(({ timing }) => timing).join(''),
    input: Buffer.concat(all.flatMap(({ input }) => input)),
  }
}

const afterHeading = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(10) + 1)

describe('a typescript', () => {
  it('holds the output byte for byte, whatever it is', () => {
    const { typescript, timing } = written()
    const output = shellRecords().filter(({ kind }) => kind === 'output')
    const bytes = Buffer.concat(output.map(({ payload }) => payload))
    expect(afterHeading(typescript).subarray(0, bytes.length)).toEqual(bytes)
    const counted = [...timing.matchAll(/^O \S+ (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    expect(counted).toBe(bytes.length)
  })

  it('has the size in its heading and later ones in its timing', () => {
    const { typescript, timing } = written(madeRecords([size(0, 100, 30), [1, 'output', 'a'], size(3, 80, 24)]))
    expect(typescript.toString()).toMatch(/^Script started on \S+ \[COMMAND="sh" COLUMNS="100" LINES="30"\]\n/)
    expect(timing.split('\n').slice(4)).toEqual(['O 1.000000 1', 'S 2.000000 SIGWINCH ROWS=24 COLS=80', ''])
  })

  it('keeps what was typed in a file of its own, without what was not echoed', () => {
    const records = madeRecords([
      [1, 'input', 'ls\r'],
      [2, 'input', 'hunter2\r'],
    ])
    expect(written(records).input.toString()).toBe('')
    const { input, timing } = written(records, { input: { leftOut: new Set([2]) } })
    expect(afterHeading(input).toString()).toBe('ls\r')
    expect(timing).toContain('\nI 1.000000 3\n')
  })

  it('shortens pauses where that is asked, since no heading could ask the player', () => {
    expect(written(madeRecords([[100, 'output', 'a']]), { idleLimit: 2 }).timing).toContain('\nO 2.000000 1\n')
  })

  it('has a heading of one line, whatever the command is', () => {
    const records = madeRecords([[1, 'output', 'a']], { command: ['sh', '-c', 'a\n"b"\x1b]0;x\x07'] })
    const { typescript, timing } = written(records)
    expect(typescript.toString()).toMatch(/^Script started [ -~]*\na/)
    expect(timing).toMatch(/^([ -~]+\n)+$/)
  })
})
