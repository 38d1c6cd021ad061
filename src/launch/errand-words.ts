/** How an errand is called, and what its end means for the screen. Pure. */
import { CONNECTION_FLAGS, type ConnectionFlags } from '../kube/flags.ts'
import { printable } from '../protocol/printable.ts'
import type { Errand } from '../ui/run.ts'
import type { Notice } from '../ui/state/model.ts'

/** The argv after the program, by which the errand reaches the same cluster as the screen. */
export function argvOf(errand: Errand, flags: ConnectionFlags): string[] {
  const { context, namespace } = errand.place
  const chosen = { ...flags, ...(context === '' ? {} : { context }), namespace: namespace || undefined }
  if (errand.to === 'shell') {
    // With its kind before it no name can be taken for a flag.
    return ['exec', ...wordsOf(chosen), `--container=${errand.container}`, `pod/${errand.pod}`]
  }
  const { user, namespace: _, ...rest } = chosen
  const words = [...wordsOf(rest), ...(user ? [`--kubeconfig-user=${user}`] : [])]
  return errand.to === 'replay'
    ? ['sessions', 'replay', errand.moment, ...words]
    : ['sessions', 'watch', errand.id, ...words]
}

const wordsOf = (flags: ConnectionFlags): string[] =>
  Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || !Object.hasOwn(CONNECTION_FLAGS, name)) return []
    return (Array.isArray(value) ? value : [value]).map((each) => (each === true ? `--${name}` : `--${name}=${each}`))
  })

export interface ErrandEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last of what the program said for itself. */
  readonly said: string
}

/** The words that the program ended with: on one line, and what went wrong in all of its lines. Nothing where a replay or a watch just ended. */
export function noticeOf(errand: Errand, { code, signal, said }: ErrandEnd): Notice | undefined {
  const lines = printable(said, said.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const failure = lines.findLastIndex((line) => line.startsWith('error: '))
  if (failure >= 0) return { tone: 'bad', words: lines[failure] ?? '', lines: lines.slice(failure) }
  if (signal !== null) return { tone: 'bad', words: `It was ended by ${signal}.` }
  if (errand.to !== 'shell')
    return code === 0 ? undefined : { tone: 'bad', words: `It ended with exit status ${code}.` }
  const record = lines.findLast((line) => line.startsWith('recorded'))
  const ended = `The shell in ${errand.pod}/${errand.container} ended with ${code}`
  return { tone: 'good', words: record === undefined ? `${ended}.` : `${ended}; ${record}` }
}
