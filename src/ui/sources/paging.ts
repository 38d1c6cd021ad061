import { fault } from '../../kube/faults.ts'

/** The token of the page after this one; undefined: it was the last. @throws Fault where the server names this one again */
export function nextPage(metadata: { readonly continue?: string } | undefined, asked: string | undefined) {
  const next = metadata?.continue || undefined
  // Who believed it would ask for ever.
  if (next !== undefined && next === asked)
    throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'expected the next page of a list, received the same again' })
  return next
}
