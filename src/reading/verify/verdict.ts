/** What all that was verified comes to: in a line for a person, and as the fault of the command. Pure. */
import { fault } from '../faults.ts'
import { counted } from '../print/counted.ts'
import type { Report } from './report-lines.ts'

/** A session is no more than the log around it: where that is wrong, whoever asked must hear of it. */
const parts = (each: Report): Report[] => ('inLog' in each ? [each, each.inLog] : [each])
const isWrong = (each: Report): boolean => parts(each).some(({ type }) => type === 'wrong')
const isIntact = (each: Report): boolean => parts(each).every(({ type }) => type === 'intact')

/** Undefined: all is intact. */
export function faultOf(all: readonly Report[]): Error | undefined {
  if (copiesOf(all) === 'differ') return fault('KAE_VERIFICATION_FAILED', { detail: 'copies of the session differ' })
  const wrong = all.filter(isWrong).length
  if (wrong > 0) return fault('KAE_VERIFICATION_FAILED', { detail: failedWords(all, wrong) })
  const rest = all.length - all.filter(isIntact).length
  return rest === 0 ? undefined : fault('KAE_VERIFICATION_INCOMPLETE', { detail: failedWords(all, rest) })
}

function failedWords(all: readonly Report[], count: number): string {
  const [first] = all
  const isSound = all.length === 1 && first?.type === 'intact' && 'inLog' in first
  return isSound ? 'the session is intact, the log around it is not' : `${count} of ${all.length}`
}

/** Of one session in several logs: what its head is in each. Only of a whole chain it says anything. */
export function copiesOf(all: readonly Report[]): 'one' | 'same' | 'differ' | 'not-comparable' {
  const heads = all.map((each) => ('inLog' in each && each.type === 'intact' && each.ended ? each.head : undefined))
  if (all.length < 2 || !all.every((each) => 'inLog' in each)) return 'one'
  const known = heads.filter((head) => head !== undefined)
  if (new Set(known).size > 1) return 'differ'
  return known.length === all.length ? 'same' : 'not-comparable'
}

/** Undefined where one thing was verified, of which there is nothing to sum up. */
export function summaryOf(all: readonly Report[]): string | undefined {
  if (all.length < 2) return undefined
  switch (copiesOf(all)) {
    case 'same':
      return `${all.length} copies of the session, with the same head.`
    case 'differ':
      return `${all.length} copies of the session, and their heads differ: one of them at most is what was written.`
    case 'not-comparable':
      return `${all.length} copies of the session, of which not all are whole: their heads cannot be compared.`
    case 'one':
      return countsOf(all)
  }
}

function countsOf(all: readonly Report[]): string {
  const [intact, wrong] = [all.filter(isIntact).length, all.filter(isWrong).length]
  const rest = all.length - intact - wrong
  const what = all.every((each) => 'log' in each) ? 'log' : 'session'
  const words = [`${intact} intact`, ...(wrong > 0 ? [`${wrong} wrong`] : [])]
  return `${counted(all.length, what)}: ${[...words, ...(rest > 0 ? [`${rest} not known`] : [])].join(', ')}.`
}
