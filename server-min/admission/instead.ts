import type { RequestedTarget } from '../../src/protocol/session.ts'

const MAX_LENGTH = 400
/** Controls (C0, DEL and C1), and what turns the direction of text or breaks its lines. */
const ACTING = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/** The command that does the same with a record, to be pasted into a shell. Too long a one ends in an ellipsis. */
export function commandInstead(target: RequestedTarget): string {
  const flags = `${target.stdin ? 'i' : ''}${target.tty ? 't' : ''}`
  const parts = ['kubectl', 'audit-exec', '-n', target.namespace, ...(flags === '' ? [] : [`-${flags}`]), target.pod]
  if (target.container !== undefined) parts.push('-c', target.container)
  const command = target.command.length === 0 ? '' : ` -- ${target.command.map(quote).join(' ')}`
  const line = `${parts.map(quote).join(' ')}${command}`
  return line.length > MAX_LENGTH ? `${[...line.slice(0, MAX_LENGTH)].slice(0, -1).join('')}…` : line
}

/** For a POSIX shell. Characters that a terminal acts on are written as escapes of $'…', so that the message is inert. */
export function quote(word: string): string {
  if (PLAIN.test(word)) return word
  if (!ACTING.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  return `$'${[...word].map(escapeCharacter).join('')}'`
}

function escapeCharacter(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return character
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
