import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { errorsPage, loadCatalogues } from '../../scripts/errors-doc.ts'
import { type Lock, missingOptionals } from '../../scripts/lock-platforms.ts'
import { manifestOf } from '../../scripts/manifest.ts'
import { ROOT, readSource } from './sources.ts'

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly examples: readonly unknown[]; readonly summary?: string }>>
}

describe('oclif.manifest.json', () => {
  it('is what `npm run build` makes of the commands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-manifest-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    await bundle(ROOT, join(folder, 'dist'))
    expect(readSource('oclif.manifest.json')).toBe(await manifestOf(folder))
  })

  it.each(Object.entries((JSON.parse(readSource('oclif.manifest.json')) as Manifest).commands))(
    'says of %s what it does, with two examples or more',
    (_, { examples, summary }) => {
      expect(examples.length).toBeGreaterThanOrEqual(2)
      expect(summary).toMatch(/^[A-Z].*\.$/)
    },
  )
})

describe('docs/errors.md', () => {
  it('is what `npm run docs:errors` makes of the catalogues', async () => {
    expect(readSource('docs/errors.md')).toBe(errorsPage(await loadCatalogues(ROOT)))
  })

  it('has each code once', async () => {
    const codes = [...(await loadCatalogues(ROOT)).values()].flatMap((catalogue) => Object.keys(catalogue))
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  })

  it('knows every code that the sources name', async () => {
    const known = new Set([...(await loadCatalogues(ROOT)).values()].flatMap((catalogue) => Object.keys(catalogue)))
    const { sourceFiles } = await import('./sources.ts')
    const named = sourceFiles('src/**/*.ts', 'server-min/**/*.ts').flatMap((file) =>
      [...readSource(file).matchAll(/'(KAE_[A-Z_]+[A-Z])'/g)].map(([, code]) => code!),
    )
    expect([...new Set(named)].filter((code) => !known.has(code) && code !== 'KAE_INTERNAL')).toEqual([])
  })
})

describe('package-lock.json', () => {
  it('has the packages of all platforms, or `npm ci` refuses it: see `npm run lock:platforms`', () => {
    expect([...missingOptionals(JSON.parse(readSource('package-lock.json')) as Lock).keys()]).toEqual([])
  })

  it('names no registry, so that everybody’s own is used', () => {
    expect(readSource('package-lock.json')).not.toContain('"resolved": "http')
  })
})

describe('README.md', () => {
  const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts

  it('starts and tests the project by two commands that exist', () => {
    const readme = readSource('README.md')
    expect(readme).toContain('npm ci && npm start')
    expect(readme).toContain('npm ci && npm test')
    expect(scripts).toMatchObject({ start: expect.any(String), test: expect.any(String) })
  })

  it.each(['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'])('%s names no npm script that there is not', (file) => {
    const named = [...readSource(file).matchAll(/npm run (?:-\S+ )*([\w:-]+)/g)].map(([, name]) => name!)
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})
