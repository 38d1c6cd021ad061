import type { ExecTarget, SessionEnd, SessionOpening } from '../protocol/session.ts'
import type { SessionStatus } from '../protocol/session-object.ts'
import { escapeText, quoted } from './escape.ts'

/** A name without a voucher says so wherever it is shown (I2). */
export const userName = ({ user, authentication }: SessionOpening): string =>
  authentication === 'request-header' ? escapeText(user.username) : `${escapeText(user.username)} (unverified)`

export const targetName = ({ namespace, pod, container }: ExecTarget): string =>
  escapeText(`${namespace}/${pod}/${container}`)

const PLAIN_WORD = /^[\w./:=@%+,-]+$/

export const commandLine = (command: readonly string[]): string =>
  command.map((word) => (PLAIN_WORD.test(word) ? word : quoted(word))).join(' ')

/** What `exec` runs where no command is named (src/session/target.ts): a hundred characters that say nothing in a table. */
const BEST_SHELL = /^(command -v [a-z]+ >\/dev\/null 2>&1 && exec [a-z]+; )+exec sh$/

const isBestShell = ([shell, flag, script = '', ...more]: readonly string[]): boolean =>
  shell === 'sh' && flag === '-c' && more.length === 0 && BEST_SHELL.test(script)

/** A command in a cell of a table. */
export const commandName = (command: readonly string[]): string =>
  isBestShell(command) ? 'best shell' : commandLine(command)

/** `exited with 0`, `client-lost`, … */
export const endingName = (end: Pick<SessionEnd, 'reason' | 'exitCode'>): string =>
  end.exitCode === undefined ? escapeText(end.reason) : `${escapeText(end.reason)} with ${Number(end.exitCode)}`

/** How a session stands, in every list: `live`, `exit 3`, `client-lost`, `no end recorded`. */
export function stateName({ phase, reason, exitCode }: SessionStatus): string {
  if (phase === 'Live') return 'live'
  if (phase === 'Lost') return 'no end recorded'
  if (reason === undefined) return 'ended'
  if (reason === 'exited') return exitCode === undefined ? 'exited' : `exit ${Number(exitCode)}`
  return endingName({ reason, ...(exitCode === undefined ? {} : { exitCode }) })
}

export function openingWords(opening: SessionOpening): string {
  const { target, policy, reason } = opening
  const words = [
    `${userName(opening)} runs ${commandLine(target.command)} in ${targetName(target)}`,
    target.tty ? 'on a terminal' : target.stdin ? 'with input' : 'without input',
    escapeText(`capture: ${policy.capture}`),
    escapeText(`record: ${policy.record}`),
    escapeText(`durability: ${policy.durability}`),
  ]
  return [...words, ...(reason === undefined ? [] : [`reason: ${quoted(reason)}`])].join('; ')
}

export function endWords(end: SessionEnd): string {
  const words = [typeof end.by === 'string' ? `${endingName(end)} by ${escapeText(end.by)}` : endingName(end)]
  if (end.message !== undefined) words.push(quoted(end.message))
  words.push(`${end.input.bytes} bytes in`)
  if (end.output !== undefined) words.push(`${end.output.bytes} bytes out`)
  if (end.errorOutput !== undefined && end.errorOutput.bytes > 0) words.push(`${end.errorOutput.bytes} bytes of errors`)
  return [...words, `${end.durationMs} ms`].join('; ')
}
