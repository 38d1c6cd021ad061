import { describe, expect, it } from 'vitest'
import { parseExec } from '../../src/launch/parse-exec.ts'
import { settleTerminal } from '../../src/launch/terminal.ts'

function settle(line: string, stdinIsTerminal: boolean) {
  const { invocation, warning } = settleTerminal(parseExec(line.split(' '), {}), stdinIsTerminal)
  return { stdin: invocation.stdin, tty: invocation.tty, warning }
}

describe('the terminal', () => {
  it('is used where it is asked for and there', () => {
    expect(settle('-it web-0 -- sh', true)).toEqual({ stdin: true, tty: true, warning: undefined })
  })

  it('is gone without where stdin is none, with kubectl’s words', () => {
    expect(settle('-it web-0 -- sh', false)).toEqual({
      stdin: true,
      tty: false,
      warning: 'Unable to use a TTY - input is not a terminal or the right kind of file',
    })
  })

  it('is gone without in silence under -q', () => {
    expect(settle('-itq web-0 -- sh', false)).toEqual({ stdin: true, tty: false, warning: undefined })
  })

  it('is not used without stdin, as kubectl does', () => {
    expect(settle('-t web-0 -- ls', true)).toEqual({ stdin: false, tty: false, warning: undefined })
  })

  it('is not used where it is not asked for', () => {
    expect(settle('-i web-0 -- cat', true)).toEqual({ stdin: true, tty: false, warning: undefined })
  })

  it.each(['web-0', '-i web-0', '-t web-0', 'web-0 --'])('is used for a shell by `%s`', (line) => {
    expect(settle(line, true)).toEqual({ stdin: true, tty: true, warning: undefined })
  })

  it.each(['web-0', '-it web-0'])('is needed for a shell by `%s`', (line) => {
    expect(() => settle(line, false)).toThrow(expect.objectContaining({ code: 'KAE_EXEC_COMMAND_MISSING' }))
  })
})
