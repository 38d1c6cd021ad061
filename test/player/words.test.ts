import { Terminal } from '@xterm/headless'
import { describe, expect, it } from 'vitest'
import { clockText, movedTo, standing, started, stopped, timeOf, withSpeed } from '../../src/player/clock.ts'
import { CommandMarks } from '../../src/player/command-marks.ts'
import { parseIdleLimit, parseSpeed } from '../../src/player/pace.ts'
import { barOf, type Status, statusRow } from '../../src/player/status.ts'
import { type Colors, colorsOf, sgrOf } from '../../src/player/style.ts'
import { TypedLog, typedText } from '../../src/player/typed-log.ts'
import { type Moment, recordOf } from './rig/recorded.ts'

describe('a clock', () => {
  it('runs at its speed, stands, and goes on', () => {
    const playing = started(withSpeed(standing(0), 2, 0), 1000)
    expect(timeOf(playing, 1500)).toBe(1e6)
    const paused = stopped(playing, 1500)
    expect(timeOf(paused, 9000)).toBe(1e6)
    expect(timeOf(movedTo(started(paused, 9000), 5e6, 9000), 9500)).toBe(6e6)
  })

  it.each([
    [0, '0:00'],
    [83.2e6, '1:23'],
    [3_723e6, '1:02:03'],
    [2 ** 52, '1250999:53:47'],
  ])('says %d µs as %s', (micros, text) => expect(clockText(micros)).toBe(text))
})

describe('colours', () => {
  it.each([
    [{ TERM: 'xterm' }, '16'],
    [{ TERM: 'tmux-256color' }, '256'],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 'all'],
    [{ TERM: 'xterm', COLORTERM: 'truecolor', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'dumb' }, 'none'],
  ])('of a terminal with %j are %s', (env, colors) => expect(colorsOf(env)).toBe(colors))

  it.each([
    ['1;38;2;255;0;0', 'all', '1;38;2;255;0;0'],
    ['1;38;2;255;0;0', '256', '1;38;5;196'],
    ['1;38;2;255;0;0', '16', '1;91'],
    ['1;38;2;255;0;0', 'none', '1'],
    ['38;5;208', '16', '93'],
    ['48;5;244', '256', '48;5;244'],
    ['92;41', '16', '92;41'],
    ['4;7;9', 'none', '4;7;9'],
  ] as const)('%s on a terminal with %s are painted as %s', async (recorded, colors, painted) => {
    const terminal = new Terminal({ allowProposedApi: true })
    await new Promise<void>((resolve) => terminal.write(`\x1b[${recorded}mx`, resolve))
    const cell = terminal.buffer.active.getLine(0)!.getCell(0)!
    expect(sgrOf(cell, colors as Colors)).toBe(painted)
  })
})

describe('what was typed', () => {
  it('is named as in manuals', () => {
    expect(typedText(Buffer.from('ls -l\r\x03\x1b[A\t\x7f\x1b'))).toBe('ls -l⏎^C↑⇥⌫^[')
  })

  it('stays hidden until it is known what was typed without echo, and that for good', () => {
    const typed = new TypedLog()
    const moments: Moment[] = [
      [1, 'input', 'ls\r'],
      [2, 'input', 'secret'],
      [3, 'hidden', 'x'],
      [4, 'input', 'later'],
    ]
    for (const [seq, moment] of moments.entries()) typed.take(recordOf(moment, seq))
    expect(typed.until(9e6)).toBe('•••••••••[withheld]•••••')
    typed.hide([1], 2)
    expect(typed.until(9e6)).toBe('ls⏎••••••[withheld]•••••')
    expect(typed.until(1e6)).toBe('ls⏎')
  })
})

describe('commands', () => {
  const commands = new CommandMarks([
    { type: 'command', source: 'seen', line: 'a\nb', doubts: [], elapsed: 10e6, seq: 1 },
    { type: 'program', name: 'vi', elapsed: 20e6, seq: 2 },
  ])

  it('are gone to from one to the next', () => {
    expect(commands.beside(0, 1)).toBe(10e6)
    expect(commands.beside(10e6, 1)).toBe(20e6)
    expect(commands.beside(20e6, 1)).toBeUndefined()
    expect(commands.beside(25e6, -1)).toBe(20e6)
    // One that has just begun is where somebody came from.
    expect(commands.beside(20.1e6, -1)).toBe(10e6)
    expect(commands.at(15e6)).toBe('$ a ⏎ b')
  })

  it('are marks on the bar', () => {
    expect(barOf({ time: 5e6, total: 20e6, marks: [10e6] }, 8)).toBe('━━●─┃───')
  })
})

describe('the status', () => {
  it.each([20, 40, 80, 200])('fits %d columns, whatever is in it', (columns) => {
    const status: Status = {
      mode: { type: 'playing' },
      time: 5e6,
      total: 60e6,
      speed: 2,
      isRough: false,
      marks: [],
      who: '世'.repeat(40),
      where: 'p'.repeat(90),
      command: '\x1b]0;x\x07'.repeat(9),
      message: undefined,
      prompt: undefined,
    }
    const { glyphs } = statusRow(status, columns)
    expect(glyphs).toHaveLength(columns)
    expect(glyphs.join('')).toMatch(/^ ▶ 2× {2}0:05\/1:0/)
    expect(glyphs.join('')).not.toMatch(/\p{Cc}/u)
  })

  it('of megabytes costs what one of a line costs: each frame has it', () => {
    const statusOf = (name: string): Status => ({
      mode: { type: 'playing' },
      time: 0,
      total: undefined,
      speed: 1,
      isRough: false,
      marks: [],
      who: name,
      where: name,
      command: new CommandMarks([{ type: 'command', line: name, source: 'seen', doubts: [], elapsed: 0, seq: 1 }]).at(
        0,
      ),
      message: undefined,
      prompt: undefined,
    })
    const timeOfMany = (status: Status): number => {
      const began = performance.now()
      for (let count = 0; count < 50; count += 1) statusRow(status, 100)
      return performance.now() - began
    }
    const [short, long] = [statusOf('ab\n'.repeat(100)), statusOf('ab\n'.repeat(1_000_000))]
    expect(statusRow(long, 100)).toEqual(statusRow(short, 100))
    timeOfMany(short)
    expect(timeOfMany(long) / timeOfMany(short)).toBeLessThan(20)
  })
})

it('speeds and limits that are none are refused', () => {
  expect([parseSpeed('2x'), parseSpeed('0.5'), parseIdleLimit('1.5s')]).toEqual([2, 0.5, 1.5e6])
  for (const text of ['', 'fast', '0', '-1', 'NaN', '1e9']) expect(() => parseSpeed(text)).toThrow('no speed')
  for (const text of ['', 's', ' ', 'x', '-1']) expect(() => parseIdleLimit(text)).toThrow('no speed')
})
