import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Import {
  /** A path from the root (`src/kube/flags.ts`), a package (`ws`, `@oclif/core`), or `node:fs`. */
  readonly of: string
  readonly isTypeOnly: boolean
  readonly isDynamic: boolean
}

export const sourceFiles = (...patterns: string[]): string[] =>
  patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()

export const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

// One statement each: `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`.
const STATIC = /^(?:import|export)\b(?<type>\s+type\b)?(?:[^'";]*?\bfrom)?\s*['"](?<of>[^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"](?<of>[^'"]+)['"]/g

/** The imports of a file, read from its text: enough for sources that biome has formatted. */
export function importsOf(file: string): Import[] {
  const text = readSource(file)
  const found = (pattern: RegExp, isDynamic: boolean): Import[] =>
    [...text.matchAll(pattern)].map(({ groups }) => ({
      of: resolved(file, groups?.of ?? ''),
      isTypeOnly: groups?.type !== undefined,
      isDynamic,
    }))
  return [...found(STATIC, false), ...found(DYNAMIC, true)]
}

const resolved = (file: string, of: string): string =>
  of.startsWith('.') ? normalize(join(dirname(file), of)) : packageName(of)

function packageName(of: string): string {
  if (of.startsWith('node:')) return of
  return of
    .split('/')
    .slice(0, of.startsWith('@') ? 2 : 1)
    .join('/')
}

/** All that is loaded when `entry` is, without what it imports later. */
export function loadedWith(entry: string): Set<string> {
  const seen = new Set<string>()
  const queue = [entry]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    if (!file.endsWith('.ts')) continue
    for (const each of importsOf(file)) if (!each.isTypeOnly && !each.isDynamic) queue.push(each.of)
  }
  return seen
}
