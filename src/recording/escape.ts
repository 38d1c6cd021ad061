/**
 * Recorded bytes as plain text that cannot drive a terminal. What stands in a recording was chosen by whoever typed it or
 * by the container: escape sequences, C1 controls and direction marks among it. The text is unambiguous: a backslash is
 * doubled, so what looks like an escape is one.
 */
import { isUtf8 } from 'node:buffer'

// One well-formed UTF-8 sequence beyond ASCII (Unicode, table 3-7), of a string with one character a byte.
const SEQUENCE =
  '[\\xc2-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}|\\xed[\\x80-\\x9f][\\x80-\\xbf]|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}'

/** Of bytes that are not UTF-8 as a whole: sequences (so many that no stack overflows), or a byte with a name of its own. */
const UNCLEAN = new RegExp(`(?:${SEQUENCE}){1,256}|[^ !#-[\\]-~]`, 'g')

// Controls, format and direction marks, unassigned and private characters, line breaks, and spaces that look like others;
// and what has a short name. All else stands for itself, so it costs no call.
const ESCAPED = /["\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu
/** The same within ASCII, which is most of what there is, and four times as fast. */
const ESCAPED_ASCII = /[^ !#-[\]-~]/g
const BEYOND_ASCII = /[\u0080-\uffff]/

const SHORT: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x1b': '\\e',
}

/** What stands for one byte that is no part of a character. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 ? escapeCharacter(String.fromCharCode(byte)) : `\\x${byte.toString(16)}`,
)

/** Linear in the bytes, whatever they are. */
export function escapeBytes(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (isUtf8(view)) return escapeUnicode(view.toString())
  return view
    .toString('latin1')
    .replace(UNCLEAN, (piece) =>
      piece.length === 1 ? (BYTES[piece.charCodeAt(0)] ?? '') : escapeUnicode(Buffer.from(piece, 'latin1').toString()),
    )
}

/** The same for text that was decoded already: names, reasons, messages. A lone surrogate is U+FFFD. */
export const escapeText = (text: string): string => escapeBytes(Buffer.from(text))

/** Text for a place where quotes delimit it. */
export const quoted = (text: string): string => `"${escapeText(text)}"`

/** JSON in ASCII alone. JSON.stringify leaves C1 controls and direction marks as they are. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const escapeUnicode = (text: string): string =>
  text.replace(BEYOND_ASCII.test(text) ? ESCAPED : ESCAPED_ASCII, escapeCharacter)

function escapeCharacter(character: string): string {
  const short = SHORT[character]
  if (short !== undefined) return short
  const point = character.codePointAt(0) ?? 0
  return point < 0x80 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`
}
