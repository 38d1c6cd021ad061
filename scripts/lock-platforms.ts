/**
 * Adds to package-lock.json the optional packages of other platforms that npm left out. npm drops them where its registry
 * does not carry them (mirrors often have one platform alone), and then `npm ci` refuses the lock everywhere.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

const OSES = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const CPUS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64', 'loong64']

/** The optional packages that the lock's packages ask for and the lock does not have, by their place. */
export function missingOptionals({ packages }: Lock): Map<string, LockedPackage> {
  const missing = new Map<string, LockedPackage>()
  for (const [place, asking] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(asking.optionalDependencies ?? {})) {
      // A range is no version: such a package has to come from the registry.
      if (!/^\d/.test(version) || resolve(packages, place, name)?.version === version) continue
      const beside = `${place.slice(0, Math.max(0, place.lastIndexOf('node_modules/')))}node_modules/${name}`
      const free = packages[beside] === undefined
      missing.set(free ? beside : `${place}/node_modules/${name}`, entryOf(name, version, asking.dev === true))
    }
  }
  return missing
}

/** Node's own look-up: in the package's node_modules, then in each one above it. */
function resolve(packages: Lock['packages'], place: string, name: string): LockedPackage | undefined {
  const found = packages[place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`]
  if (found !== undefined || place === '') return found
  return resolve(packages, place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name)
}

/** Its platform stands in its name: `@biomejs/cli-linux-x64-musl`. npm needs it to know what not to install. */
function entryOf(name: string, version: string, dev: boolean): LockedPackage {
  const words = name.split(/[/-]/)
  const [os, cpu] = [OSES, CPUS].map((known) => known.filter((word) => words.includes(word)))
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  return {
    version,
    ...(cpu?.length ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os?.length ? { os } : {}),
  }
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock
  const all = { ...lock.packages, ...Object.fromEntries(missingOptionals(lock)) }
  const packages = Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
}
