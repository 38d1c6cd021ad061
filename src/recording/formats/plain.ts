/** Text that a person reads, without what could act on a terminal, turn its direction, or break its line. */

// Controls, format and direction marks, lone surrogates, unassigned and private characters, and line separators.
const ACTING = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Unlike `escapeText` it leaves backslashes and quotes alone: for reading, where nothing depends on telling them apart. */
export const plainText = (text: string): string =>
  text.replace(ACTING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)

/** `1:02:03.456`, from µs: where in a recording something is. */
export function clockTime(micros: number): string {
  const millis = Math.floor(micros / 1000)
  const [hours, minutes] = [Math.floor(millis / 3_600_000), Math.floor(millis / 60_000) % 60]
  const seconds = ((millis % 60_000) / 1000).toFixed(3).padStart(6, '0')
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
}
