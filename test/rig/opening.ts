/** What the first and the last record of a session say, where a test does not care what. Without a test runner. */
import type { Draft, RecordKind } from '../../src/protocol/record.ts'
import type { ExecTarget, SessionEnd, SessionOpening } from '../../src/protocol/session.ts'

/** A shell on a terminal. */
export const targetOf = (changed: Partial<ExecTarget> = {}): ExecTarget => ({
  namespace: 'prod',
  pod: 'web-0',
  container: 'app',
  command: ['sh'],
  stdin: true,
  stdout: true,
  stderr: false,
  tty: true,
  ...changed,
})

interface Changed extends Partial<Omit<SessionOpening, 'target'>> {
  readonly target?: Partial<ExecTarget>
}

/** Of a person whose name nobody vouches for. */
export const openingOf = ({ target, ...changed }: Changed = {}): SessionOpening => ({
  version: 1,
  user: { username: 'alice', groups: [], extra: {} },
  authentication: 'unverified',
  target: targetOf(target),
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'kube-audit-exec', version: '0', platform: 'linux' },
  ...changed,
})

export const endOf = (changed: Partial<SessionEnd> = {}): SessionEnd => ({
  version: 1,
  reason: 'exited',
  exitCode: 0,
  input: { bytes: 0 },
  durationMs: 5,
  ...changed,
})

/** With a payload of bytes as they are, or of anything else as JSON, and a salt that is the same each time. */
export const draftOf = (kind: RecordKind, payload: Uint8Array | object, elapsed = 0): Draft => ({
  kind,
  elapsed,
  salt: Buffer.alloc(16, 9),
  payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
})
