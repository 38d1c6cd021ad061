/** What a search found, as it stands on a terminal. */
import { describe, expect, it, vi } from 'vitest'
import { widthOf } from '../../../src/ui/text.ts'
import { foundPieces } from '../../../src/ui/view/found.ts'
import { hits } from '../rig/sessions.ts'
import { FakeTerminal } from '../rig/terminal.ts'

// What draws for Ink asks once, when it is loaded, how many colours there are.
vi.hoisted(() => vi.stubEnv('FORCE_COLOR', '2'))

const EASY = { columns: 80, rows: 24 }
const command = (line: string) => ({ where: 'command', line }) as const
const output = (line: string) => ({ where: 'output', line }) as const

async function searching(text: string): Promise<FakeTerminal> {
  const terminal = new FakeTerminal(EASY)
  terminal.type('/')
  await terminal.until('Type what to look for')
  terminal.type(text)
  await terminal.until(`with ${text}`)
  return terminal
}

describe('a search', () => {
  it('that nobody has typed counts nothing and offers nothing to open', async () => {
    const terminal = new FakeTerminal(EASY)
    terminal.type('/')
    expect((await terminal.until('Type what to look for')).at(-1)).toMatch(/^ +Esc back {2}Ctrl-O output too/)
    await terminal.quit()
  })

  it('underlines what it found, in letters of either case', async () => {
    const terminal = await searching('root')
    terminal.say(...hits(command('grep root /etc/passwd'), output('ROOT:x'), output('no such text')))
    await terminal.until('no such text')
    expect(terminal.underlined()).toBe('rootROOT')
    expect(terminal.lines().at(-1)).toMatch(/^ 3 hits +Enter replay {2}Esc back/)
    await terminal.quit()
  })

  it('shows it, however far in its line it stands', async () => {
    const terminal = await searching('needle')
    terminal.say(...hits(output(`${'hay '.repeat(60)}needle${' hay'.repeat(60)}`)))
    expect((await terminal.until('needle h')).join('\n')).toMatch(/…[hay ]+needle[hay ]+…/)
    await terminal.quit()
  })

  it('says which pod without its namespace, which is on the first line', async () => {
    const terminal = await searching('x')
    terminal.say(...hits(command('x')))
    expect((await terminal.until('LINE')).join('\n')).toMatch(/alice +web-0\/app +x/)
    await terminal.quit()
  })

  it('shows hostile lines as text', async () => {
    const terminal = await searching('x')
    terminal.say(...hits(output('\x1b]0;x\x07\u202e')))
    await terminal.until('\\e]0;x\\x07\\u{202e}')
    await terminal.quit()
  })

  it('goes on to the pods with its text by Tab', async () => {
    const terminal = await searching('web')
    terminal.type('\t')
    await terminal.until(/filter web▏/)
    await terminal.quit()
  })
})

describe('a line in so much room', () => {
  const shown = (line: string, text: string, width: number): string =>
    foundPieces(line, { text, width, ellipsis: '…', color: undefined })
      .map((piece) => (piece.underline === true ? `[${piece.text}]` : piece.text))
      .join('')

  it.each([
    ['abc def', 'def', 20, 'abc [def]'],
    ['0123456789 needle 0123456789', 'needle', 14, '…789 [needle] 0…'],
    ['漢字漢字漢字 needle', 'needle', 14, '…漢字 [needle]'],
    ['👍👍👍👍👍👍 needle', 'needle', 12, '…👍 [needle]'],
    ['0123456789needleneedle', 'needleneedle', 6, '…[need]…'],
    // No regular expression is run here.
    ['(a+)+b', '/(a+)+/', 20, '(a+)+b'],
    ['İİneedle', 'needle', 20, 'İİneedle'],
    ['', 'x', 5, ''],
  ])('%s with %s in %i', (...[line, text, width, words]) => expect(shown(line, text, width)).toBe(words))

  it('never takes more than that', () => {
    for (let width = 1; width < 40; width += 1) {
      const text = foundPieces('漢字 0123 needle 漢字漢字', { text: 'needle', width, ellipsis: '…', color: undefined })
      expect(widthOf(text.map((piece) => piece.text).join(''))).toBeLessThanOrEqual(width)
    }
  })
})
