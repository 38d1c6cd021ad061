/** How a recording was made and what that proves: never more than is known (I2, I4). */
import type { SessionSpec } from '../../protocol/session-object.ts'
import { escapeText } from '../../recording/escape.ts'

export function captureWords(capture: string): string {
  switch (capture) {
    case 'client':
      return 'on the user’s own machine (capture: client): a user who changes the program can leave bytes out'
    case 'relay':
      return 'by the server that carried the bytes (capture: relay): the user could not leave any out'
    default:
      return escapeText(`capture: ${capture}`)
  }
}

export const identityWords = ({ authentication }: Pick<SessionSpec, 'authentication'>): string =>
  authentication === 'request-header'
    ? 'as the Kubernetes API server authenticated them'
    : 'unverified: what the kubeconfig of the recording machine said, and nobody vouches for it'

export function policyWords({ record, durability }: SessionSpec['policy']): string {
  const what = record === 'Input' ? 'input alone' : record === 'InputOutput' ? 'input and output' : escapeText(record)
  const when =
    durability === 'Strict'
      ? 'each byte durable before it was sent (Strict)'
      : durability === 'Line'
        ? 'each line durable before it was sent (Line)'
        : escapeText(durability)
  return `${what}; ${when}`
}
