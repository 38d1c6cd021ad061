import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const IMPORT = /^(?:import|export)\s(?!type\s)[^'"]*?from\s+'([^']+)'/gm

/** All that a module loads, its types left out, as paths in the project and names of packages. */
function loaded(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
    if (specifier.startsWith('.')) loaded(join(dirname(path), specifier), seen)
    else seen.add(specifier)
  }
  return seen
}

test('the collector, which the command line loads before the first prompt, loads no package', () => {
  const names = [...loaded(join(ROOT, 'server-min/collector.ts'))]
  expect(names.length).toBeGreaterThan(20)
  const packages = names.filter((name) => !name.startsWith('/') && !isBuiltin(name))
  expect(packages).toEqual([])
  const files = names.filter((name) => name.startsWith('/')).map((name) => relative(ROOT, name))
  expect(
    files.filter((file) => !/^(src\/protocol|server-min\/(ingest|admission|log)\/|server-min\/[a-z-]+\.ts)/.test(file)),
  ).toEqual([])
})
