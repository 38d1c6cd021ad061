import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/

/** Licences of the packages whose code stands in the bundle: each of them asks to travel with every copy. */
export function licensesOf(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => file.match(PACKAGE_FOLDER)?.[0] ?? []))
  return [...folders].map(licenseOf).sort().join('\n\n')
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = globSync('{LICENSE,LICENCE,license,licence,NOTICE}*', { cwd: folder }).sort()
  const words = texts.map((text) => readFileSync(join(folder, text), 'utf8').trim())
  const heading = `${name} ${version} (${license ?? 'see below'})`
  return [heading, '='.repeat(heading.length), ...words, ''].join('\n')
}
