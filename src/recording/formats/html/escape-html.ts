import { plainText } from '../plain.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute; line ends stay, every other control and direction mark is spelt out. */
export const escapeHtml = (text: string): string =>
  text
    .split('\n')
    .map(plainText)
    .join('\n')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** JSON for a script element: no `<` can end it or begin a comment in it. */
export const escapeScriptJson = (json: string): string => json.replaceAll('<', '\\u003c')
