/**
 * Texts that stand in everything a regular expression matches, so that the full-text index can narrow its lines down.
 * It may miss some, but never gives one that need not be there: whatever it does not know ends a text, and an
 * alternative anywhere outside of groups ends the search for them.
 */

/** Shorter ones tell the index nothing. */
const SHORTEST = 3
/** Characters that stand for themselves when escaped; letters and digits are classes, anchors, references. */
const ESCAPED = /[^\w\s]/

/** In their order. */
export function requiredTexts(source: string): string[] {
  const texts: string[] = []
  let text = ''
  const cut = (): void => {
    // Half a surrogate pair is not in the index as such.
    if (text.length >= SHORTEST && text.isWellFormed()) texts.push(text)
    text = ''
  }
  for (let at = 0; at < source.length; ) {
    const atom = atomAt(source, at)
    if (atom.end === undefined) return []
    at = atom.end
    const quantifier = /^(?:[*+?]|\{\d*,?\d*\})\??/.exec(source.slice(at, at + 24))?.[0] ?? ''
    at += quantifier.length
    if (atom.type === 'text' && quantifier === '') text += atom.text
    else {
      // `ab+c`: the b is there at least once, but what follows need not follow the first.
      if (atom.type === 'text' && quantifier.startsWith('+')) text += atom.text
      cut()
    }
  }
  cut()
  return texts
}

type Atom =
  | { readonly type: 'text'; readonly text: string; readonly end: number }
  | { readonly type: 'other'; readonly end: number }
  | { readonly type: 'alternative' | 'unknown'; readonly end?: never }

function atomAt(source: string, at: number): Atom {
  const character = source.charAt(at)
  switch (character) {
    case '|':
      return { type: 'alternative' }
    case '(':
      return endingAt(groupEnd(source, at))
    case '[':
      return endingAt(classEnd(source, at))
    case '\\': {
      const escaped = source.charAt(at + 1)
      if (ESCAPED.test(escaped)) return { type: 'text', text: escaped, end: at + 2 }
      // \x41, \u0041, \cA, \k<name>, \p{…}, \12: what they take with them is not known here.
      return /[dDwWsSbB]/.test(escaped) ? { type: 'other', end: at + 2 } : { type: 'unknown' }
    }
    case '.':
    case '^':
    case '$':
      return { type: 'other', end: at + 1 }
    default:
      return /[*+?{}\])]/.test(character) ? { type: 'unknown' } : { type: 'text', text: character, end: at + 1 }
  }
}

const endingAt = (end: number | undefined): Atom => (end === undefined ? { type: 'unknown' } : { type: 'other', end })

function groupEnd(source: string, start: number): number | undefined {
  // Letters' case may be ignored in it, or by what follows a modifier.
  if (source.startsWith('(?', start) && !/^\(\?[:=!<]/.test(source.slice(start, start + 3))) return undefined
  let depth = 0
  for (let at = start; at < source.length; at += 1) {
    const character = source.charAt(at)
    if (character === '\\') at += 1
    else if (character === '[') {
      const end = classEnd(source, at)
      if (end === undefined) return undefined
      at = end - 1
    } else if (character === '(') depth += 1
    else if (character === ')') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

function classEnd(source: string, start: number): number | undefined {
  for (let at = start + 1; at < source.length; at += 1) {
    if (source.charAt(at) === '\\') at += 1
    else if (source.charAt(at) === ']') return at + 1
  }
  return undefined
}
