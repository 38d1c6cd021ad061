import { describe, expect, it } from 'vitest'
import { openScreen, type Screen } from '../../src/recording/screen.ts'

const SIZE = { columns: 20, rows: 4 }

async function showing(text: string, options: { scrollback?: number } = {}): Promise<Screen> {
  const screen = await openScreen(SIZE, options)
  screen.write(Buffer.from(text))
  return screen
}

describe('a screen', () => {
  it('shows all that was written when write returns', async () => {
    const screen = await showing('one\r\ntwo')
    expect(screen.lines()).toEqual(['one', 'two', '', ''])
    expect(screen.cursor).toEqual({ row: 1, column: 3 })
    screen.write(Buffer.from('!'))
    expect(screen.row(1)).toBe('two!')
  })

  it('takes characters and sequences that are cut anywhere', async () => {
    const bytes = Buffer.from('a\x1b[1;31m漢字\x1b[0m\x1b]2;title\x07é')
    const screen = await openScreen(SIZE)
    for (const byte of bytes) screen.write(Uint8Array.of(byte))
    expect(screen.row(0)).toBe('a漢字é')
    expect(screen.title).toBe('title')
    expect(screen.runs(0)).toEqual([
      { column: 0, width: 1, text: 'a', style: {} },
      { column: 1, width: 4, text: '漢字', style: { foreground: 1, bold: true } },
      { column: 5, width: 1, text: 'é', style: {} },
    ])
  })

  it('knows a line that it broke into rows as one, also after it became wider', async () => {
    const screen = await showing('0123456789012345678901234567890 end\r\nnext', { scrollback: 10 })
    expect([screen.isWrapped(0), screen.isWrapped(1), screen.isWrapped(2)]).toEqual([false, true, false])
    screen.resize({ columns: 40, rows: 4 })
    expect(screen.lines()).toEqual(['0123456789012345678901234567890 end', 'next', '', ''])
  })

  it('marks a line wherever it scrolls, until it is gone', async () => {
    const screen = await showing('here', { scrollback: 2 })
    const mark = screen.mark()
    screen.write(Buffer.from('\r\n'.repeat(4)))
    expect(mark?.row).toBe(-1)
    expect(screen.row(-1)).toBe('here')
    screen.write(Buffer.from('\r\n'.repeat(9)))
    expect(mark?.row).toBeUndefined()
  })

  it('says whether a program has the alternate screen', async () => {
    const screen = await showing('shell\x1b[?1049h\x1b[Heditor')
    expect([screen.isAlternate, screen.row(0)]).toEqual([true, 'editor'])
    screen.write(Buffer.from('\x1b[?1049l'))
    expect([screen.isAlternate, screen.row(0)]).toEqual([false, 'shell'])
  })

  it('hears the commands that it was asked to hear, at their place', async () => {
    const screen = await openScreen(SIZE)
    const heard: unknown[] = []
    screen.onOsc(133, (data) => heard.push([data, screen.cursor.column]))
    screen.write(Buffer.from('ab\x1b]133;B\x07cd'))
    expect(heard).toEqual([['B', 2]])
  })

  it('is of a size that cannot exhaust memory, whatever was recorded', async () => {
    const screen = await openScreen({ columns: 65_535, rows: 65_535 })
    expect(screen.size).toEqual({ columns: 512, rows: 256 })
    screen.resize({ columns: 0, rows: 0 })
    expect(screen.size).toEqual({ columns: 2, rows: 1 })
  })
})

describe('a hostile recording', () => {
  it.each(['L', 'M', 'S', 'T', 'I', 'Z', 'b', '@', 'P', 'X', 'A', 'B', 'E', 'J', 'K'])(
    'cannot make the screen repeat CSI %s two billion times',
    async (final) => {
      const screen = await showing(`one\r\ntwo\x1b[2147483647${final}`)
      screen.write(Buffer.from('\x1b[H!'))
      expect(screen.row(0)).toMatch(/^!/)
    },
  )

  it('limits a count without changing what it does', async () => {
    const screen = await showing('one\r\ntwo\r\nthree\r\nfour\x1b[2;1H\x1b[2000000000M')
    expect(screen.lines()).toEqual(['one', '', '', ''])
  })

  it('cannot pile up marks on one character', async () => {
    const screen = await showing(`a${'\u0301'.repeat(1000)}`)
    expect(screen.row(0).length).toBeLessThanOrEqual(20 * 17)
  })

  it('cannot set a title of a megabyte', async () => {
    const screen = await showing(`\x1b]2;${'x'.repeat(1_000_000)}\x07ok`)
    expect(screen.title).toHaveLength(512)
    expect(screen.row(0)).toBe('ok')
  })
})
