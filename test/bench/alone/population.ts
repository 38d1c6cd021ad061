/** Who types in the load tests: user i has one session, for pod i. The webhook's reviews name the same ones. */
import type { ExecTarget } from '../../../src/protocol/session.ts'

export const NAMESPACE = 'default'
export const userOf = (index: number): string => `user-${index}`
export const uidOf = (index: number): string => `uid-${index}`
export const GROUP = 'developers'

export const targetOf = (index: number): ExecTarget => ({
  namespace: NAMESPACE,
  pod: `web-${index}`,
  container: 'app',
  command: ['sh'],
  stdin: true,
  stdout: true,
  stderr: false,
  tty: true,
})

/** Command line of a load process, as one JSON word. */
export interface LoadPlace {
  readonly port: number
  readonly ca: string
  readonly certificate: string
  readonly key: string
}
