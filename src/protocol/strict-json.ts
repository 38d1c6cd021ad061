/**
 * JSON that every parser reads alike. RFC 8259 (section 4) leaves open what a name means that an object has twice: one
 * reader believes the first, one the last, Go's encoding/json merges both. What a security decision or a record rests on
 * must not depend on who reads it.
 */

/** Deeper than anything that Kubernetes sends, far from what exhausts a stack. */
const MAX_DEPTH = 100

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly why: 'it is not JSON' | 'a name stands twice in one object' | 'it is nested too deep'
    }

/** Reads a JSON text. `__proto__` is refused as well: readers in JavaScript differ about it. */
export function parseStrictJson(text: string): StrictJson {
  try {
    const value: unknown = JSON.parse(text)
    const why = ambiguityOf(text)
    return why === undefined ? { ok: true, value } : { ok: false, why }
  } catch {
    return { ok: false, why: 'it is not JSON' }
  }
}

/** Walks over a text that is JSON. */
function ambiguityOf(text: string): Exclude<StrictJson, { ok: true }>['why'] | undefined {
  /** The names of each open object; undefined for an open list. */
  const open: Array<Set<string> | undefined> = []
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '{' || char === '[') {
      if (open.length === MAX_DEPTH) return 'it is nested too deep'
      open.push(char === '{' ? new Set(['__proto__']) : undefined)
    } else if (char === '}' || char === ']') open.pop()
    else if (char === '"') {
      const end = endOfString(text, at)
      const names = open.at(-1)
      if (names !== undefined && isName(text, end)) {
        const name = JSON.parse(text.slice(at, end)) as string
        if (names.has(name)) return 'a name stands twice in one object'
        names.add(name)
      }
      at = end - 1
    }
  }
  return undefined
}

/** After the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\') at += 1
  }
  return text.length
}

function isName(text: string, after: number): boolean {
  let at = after
  while (' \t\r\n'.includes(text[at] ?? '-')) at += 1
  return text[at] === ':'
}
