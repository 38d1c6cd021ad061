import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PlayerAssets } from '../../recording/formats/html/page.ts'

/**
 * asciinema-player, for pages to carry. In the bundle this module is replaced by the texts themselves: see
 * scripts/embed-player.ts.
 */
export function playerAssets(): PlayerAssets {
  const read = (file: string): string =>
    readFileSync(fileURLToPath(import.meta.resolve(`asciinema-player/dist/bundle/${file}`)), 'utf8')
  return { script: read('asciinema-player.min.js'), style: read('asciinema-player.css') }
}
