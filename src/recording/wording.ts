import type { ExecTarget, SessionEnd, SessionOpening } from '../protocol/session.ts'
import { escapeText, quoted } from './escape.ts'

/** A name without a voucher says so wherever it is shown (I2). */
export const userName = ({ user, authentication }: SessionOpening): string =>
  authentication === 'request-header' ? escapeText(user.username) : `${escapeText(user.username)} (unverified)`

export const targetName = ({ namespace, pod, container }: ExecTarget): string =>
  escapeText(`${namespace}/${pod}/${container}`)

const PLAIN_WORD = /^[\w./:=@%+,-]+$/

export const commandLine = (command: readonly string[]): string =>
  command.map((word) => (PLAIN_WORD.test(word) ? word : quoted(word))).join(' ')

/** `exited with 0`, `client-lost`, … */
export const endingName = (end: SessionEnd): string =>
  end.exitCode === undefined ? escapeText(end.reason) : `${escapeText(end.reason)} with ${Number(end.exitCode)}`

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
