/**
 * Recorded bytes as plain text that cannot drive a terminal. What stands in a recording was chosen by whoever typed it or
 * by the container: escape sequences, C1 controls and direction marks among it. The text is unambiguous: a backslash is
 * doubled, so what looks like an escape is one.
 */

// One well-formed UTF-8 sequence (Unicode, table 3-7), or any single byte, of a string with one character a byte.
const SEQUENCE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|./gs

// Controls, format and direction marks, unassigned and private characters, line breaks, and spaces that look like others.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

const SHORT: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x1b': '\\e',
}

export const escapeBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(SEQUENCE, (sequence) => escapeSequence(Buffer.from(sequence, 'latin1')))

/** The same for text that was decoded already: names, reasons, messages. */
export const escapeText = (text: string): string => escapeBytes(Buffer.from(text))

/** Text for a place where quotes delimit it. */
export const quoted = (text: string): string => `"${escapeText(text)}"`

/** JSON in ASCII alone. JSON.stringify leaves C1 controls and direction marks as they are. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function escapeSequence(sequence: Buffer): string {
  const first = sequence.readUInt8(0)
  if (sequence.length === 1 && first >= 0x80) return `\\x${first.toString(16)}`
  const character = sequence.toString()
  const short = SHORT[character]
  if (short !== undefined) return short
  if (!UNSAFE.test(character)) return character
  return first < 0x80
    ? `\\x${first.toString(16).padStart(2, '0')}`
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
