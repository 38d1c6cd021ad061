import { describe, expect, it } from 'vitest'
import { loadCatalogues, sectionsOf } from '../../scripts/errors-doc.ts'
import { ROOT, readSource, sourceFiles } from './sources.ts'

const catalogues = await loadCatalogues(ROOT)
const faults = [...catalogues.values()].flatMap((catalogue) => Object.values(catalogue))
const summaries = faults.map(({ summary }) => summary)
const nextSteps = faults.map(({ next }) => next)

/** Bare at the end behind a colon, so that it can be copied as it stands. */
const ENDS_IN_COMMAND = /: (kubectl|kube-audit-exec|kube-audit-exec-server|chmod) [^;]+[^.;]$/

/** Next steps of their own that faults get where they are made: `next: '…'`. */
const madeElsewhere = sourceFiles('src/**/*.ts', 'server-min/**/*.ts')
  .filter((file) => !file.endsWith('/faults.ts'))
  .flatMap((file) => [...readSource(file).matchAll(/\bnext: ['`]([^'`\n]+)/g)].map(([, next = '']) => next))

describe('the words of a fault', () => {
  it('say what happened in one sentence without its full stop: details may follow after a colon', () => {
    expect(summaries.length).toBeGreaterThan(100)
    expect(summaries.filter((summary) => !/^[A-Z][^.:]{8,98}[^.:!?]$/.test(summary))).toEqual([])
  })

  it('say what to do in whole sentences, of which the last may end in a command to copy', () => {
    expect(nextSteps.filter((next) => !/^[A-Z]/.test(next))).toEqual([])
    expect(nextSteps.filter((next) => !next.endsWith('.') && !ENDS_IN_COMMAND.test(next))).toEqual([])
  })

  it('begin alike where a next step is given by the place that makes the fault', () => {
    expect(madeElsewhere.length).toBeGreaterThan(5)
    expect(madeElsewhere.filter((next) => !/^[A-Z]/.test(next))).toEqual([])
  })

  it('have the apostrophe of printed text', () => {
    expect([...summaries, ...nextSteps].filter((words) => words.includes("'"))).toEqual([])
  })
})

describe('the page of errors', () => {
  it('has a heading in a user’s words for each room', () => {
    const folders = sectionsOf(catalogues).map(({ folder }) => folder)
    expect(folders.sort()).toEqual([...catalogues.keys()].sort())
  })
})
