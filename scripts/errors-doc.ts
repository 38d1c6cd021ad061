/** Writes docs/errors.md from all catalogues. The page is what users find when they search for a code. */
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FaultDefinition } from '../src/protocol/fault.ts'

type Catalogue = Readonly<Record<string, FaultDefinition>>

/** All catalogues of the product, by the folder that they stand in. */
export async function loadCatalogues(root: string): Promise<Map<string, Catalogue>> {
  const files = globSync(['src/**/faults.ts', 'server-min/**/faults.ts'], { cwd: root }).sort()
  const found = new Map<string, Catalogue>()
  for (const file of files) {
    const exports = (await import(pathToFileURL(join(root, file)).href)) as Readonly<Record<string, unknown>>
    for (const [name, value] of Object.entries(exports)) {
      if (name.endsWith('_FAULTS')) found.set(file.replace(/\/faults\.ts$/, ''), value as Catalogue)
    }
  }
  return found
}

const HEADING = `# Errors

Every failure that a person can act on has a code. A code is never reused for another meaning; its sentence may be worded
better over time, so match codes, not sentences. Written by \`npm run docs:errors\`; a test fails when it is out of date.

The exit status of a session is the remote command's own. A failure of ours has the exit status below, which is the one
that kubectl has for it.
`

/** In the order in which a user meets them. */
const HEADINGS: Readonly<Record<string, string>> = {
  'src/launch': 'The command line',
  'src/settings': 'Preferences',
  'src/kube': 'On the way to the cluster',
  'src/collector': 'The cluster’s audit collector, as this program finds it',
  'src/session': 'The command in the container',
  'server-min': 'What the audit collector answers',
  'server-min/log': 'The log',
  'src/reading': 'Reading what was recorded',
  'src/player': 'Replay',
  'src/reading/export': 'Export',
  'src/ui': 'The screen',
  'server-min/library': 'Lists and searches',
  'server-min/api': 'Reading through the API server',
  'src/sandbox': 'The sandbox',
}

interface Section {
  readonly folder: string
  readonly heading: string
  readonly catalogue: Catalogue
}

/** Of the rooms that have a heading. */
export const sectionsOf = (catalogues: ReadonlyMap<string, Catalogue>): Section[] =>
  Object.entries(HEADINGS).flatMap(([folder, heading]) => {
    const catalogue = catalogues.get(folder)
    return catalogue === undefined ? [] : [{ folder, heading, catalogue }]
  })

export function errorsPage(catalogues: ReadonlyMap<string, Catalogue>): string {
  const sections = sectionsOf(catalogues).map(
    ({ heading, catalogue }) => `## ${heading}\n\n${Object.entries(catalogue).map(entry).join('\n')}`,
  )
  return [HEADING, ...sections].join('\n')
}

function entry([code, { exit, http, summary, next }]: [string, FaultDefinition]): string {
  const status = http === undefined ? `exit ${exit}` : `exit ${exit}, HTTP ${http}`
  return `### ${code}\n\n${summary}. (${status})\n\nNext: ${next}\n`
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  writeFileSync(join(root, 'docs/errors.md'), errorsPage(await loadCatalogues(root)))
}
