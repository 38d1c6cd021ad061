import type { ExecTarget } from './session.ts'

const FLAGS = ['stdin', 'stdout', 'stderr', 'tty'] as const

/** What of two targets is not the same, or undefined where they are equal in every field. */
export function targetDifference(a: Partial<ExecTarget>, b: Partial<ExecTarget>): keyof ExecTarget | undefined {
  for (const field of ['namespace', 'pod', 'container', ...FLAGS] as const) if (a[field] !== b[field]) return field
  return sameCommand(a.command, b.command) ? undefined : 'command'
}

function sameCommand(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((word, index) => word === b[index])
}
