import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** What `sessions export --format html` puts into its pages. */
const FILES = { script: 'asciinema-player.min.js', style: 'asciinema-player.css' }
const QUERY = '?text'

/**
 * Puts asciinema-player into the bundle as text: src/reading/export/player-assets.ts reads it from node_modules, which users do
 * not have. Its files stand in the module graph, so that its licence travels along.
 */
export function embedPlayer(root: string): Plugin {
  const folder = join(root, 'node_modules/asciinema-player/dist/bundle')
  return {
    name: 'embed-player',
    resolveId: (id) => (id.endsWith(QUERY) ? id : null),
    load(id) {
      if (id.endsWith('/export/player-assets.ts')) return { code: moduleOf(folder), moduleType: 'js' }
      if (!id.endsWith(QUERY)) return null
      const text = readFileSync(id.slice(0, -QUERY.length), 'utf8')
      return { code: `export const text = ${JSON.stringify(text)}`, moduleType: 'js' }
    },
  }
}

function moduleOf(folder: string): string {
  const names = Object.entries(FILES)
  const imports = names.map(
    ([name, file]) => `import { text as ${name} } from ${JSON.stringify(`${join(folder, file)}${QUERY}`)}`,
  )
  return [...imports, `export const playerAssets = () => ({ ${Object.keys(FILES).join(', ')} })`].join('\n')
}
