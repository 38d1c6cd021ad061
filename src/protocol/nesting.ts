/** Deeper than anything that Kubernetes or we write, far from what exhausts the stack of whoever writes it anew. */
const MAX_DEPTH = 100

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Reads a JSON text of somebody else; undefined where it is none, or is nested too deep. V8 parses any depth, but overflows
 * its stack when it writes such a value: one record of 64 kB could so hide all others from a list.
 */
export function parseShallowJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeep(text) ? undefined : value
  } catch {
    return undefined
  }
}

/** Of a text that is JSON. */
function isDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at)
    if (inString && char === BACKSLASH) at += 1
    else if (char === QUOTE) inString = !inString
    else if (inString) continue
    else if (char === OPEN_LIST || char === OPEN_OBJECT) depth += 1
    else if (char === CLOSE_LIST || char === CLOSE_OBJECT) depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}
