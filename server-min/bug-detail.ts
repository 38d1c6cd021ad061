/** Of a bug of ours, where it happened and not what it says: nobody knows what an unforeseen message holds. */
export function bugDetail(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line))
  return `${error.name}${frame === undefined ? '' : ` ${frame.trim()}`}`
}
