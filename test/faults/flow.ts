/**
 * What goes to a container, as text that can be compared whatever pieces it came in: each byte of input is a character, and
 * a resize or the end of input a word between two characters that no byte is.
 */
import type { Durability } from '../../src/protocol/session.ts'

const [BEGIN, END] = ['\u0100', '\u0101']
/** Up to the last thing that `Line` may not let go on before it is durable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UP_TO_CONTROL = /^[\s\S]*[\x00-\x1f\x7f\u0101]/

const TO_CONTAINER: ReadonlySet<string> = new Set(['input', 'resize', 'inputEnd'])

/** @param words `KIND HEX` of each event, see witness.ts; what does not go to a container is left out */
export function flowOf(words: Iterable<string>): string {
  const parts: string[] = []
  for (const event of words) {
    const [kind = '', hex = ''] = event.split(' ')
    if (!TO_CONTAINER.has(kind)) continue
    parts.push(kind === 'input' ? Buffer.from(hex, 'hex').toString('latin1') : `${BEGIN}${event}${END}`)
  }
  return parts.join('')
}

/** What of a container's input the log must hold (I1): all of it, or under `Line` all up to its last control byte. */
export const owedToLog = (forwarded: string, durability: Durability): string =>
  durability === 'Strict' ? forwarded : (UP_TO_CONTROL.exec(forwarded)?.[0] ?? '')
