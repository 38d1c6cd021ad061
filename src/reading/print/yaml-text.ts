/** Plain data as YAML 1.2 in ASCII alone: whatever a recording brings stays inside quotes. */

/** Reads as a string in every YAML, 1.1 with its `yes` and sexagesimals included. */
const PLAIN = /^[A-Za-z][\w/.-]*( [\w/.-]+)*$/
const RESERVED = /^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i
const PLAIN_LIMIT = 200

export const yamlText = (value: unknown): string => `${block(value, '').replace(/^\n/, '')}\n`

function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return value.map((entry) => `\n${indent}- ${block(entry, `${indent}  `).trimStart()}`).join('')
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
    if (entries.length === 0) return '{}'
    return entries.map(([key, entry]) => `\n${indent}${scalar(key)}:${nested(entry, indent)}`).join('')
  }
  return scalar(value)
}

function nested(value: unknown, indent: string): string {
  const text = block(value, Array.isArray(value) ? indent : `${indent}  `)
  return text.startsWith('\n') ? text : ` ${text}`
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null'
  return value.length < PLAIN_LIMIT && PLAIN.test(value) && !RESERVED.test(value) ? value : doubleQuoted(value)
}

/** JSON's escapes are YAML's, but for what lies beyond 16 bits: YAML has no surrogate pairs. */
const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(/[^ -~]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16)
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
  })
