/** What `kubectl explain sessions` says. A test compares the fields with those of a real session. */
import { API_GROUP, API_VERSION } from '../../src/protocol/api.ts'

export const SESSION_SCHEMA = 'io.kube-audit-exec.v1alpha1.Session'

const text = (description: string) => ({ type: 'string', description })
const count = (description: string) => ({ type: 'integer', format: 'int64', description })
const flag = (description: string) => ({ type: 'boolean', description })
const texts = (description: string) => ({ type: 'array', items: { type: 'string' }, description })
const object = (description: string, properties: object, required: readonly string[] = []) => ({
  type: 'object',
  description,
  properties,
  ...(required.length === 0 ? {} : { required }),
})

const USER = object(
  'Whose session it is, as the API server authenticated them.',
  {
    username: text('The name.'),
    uid: text('The uid, where the API server gave one.'),
    groups: texts('The groups at that moment.'),
    extra: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      description: 'What else the authenticator said.',
    },
  },
  ['username'],
)

const TARGET = object('Exactly what ran.', {
  pod: text('The pod.'),
  container: text('The container.'),
  command: texts('The program and its arguments.'),
  stdin: flag('Whether it had input.'),
  stdout: flag('Whether its output was asked for.'),
  stderr: flag('Whether its error output was asked for.'),
  tty: flag('Whether it had a terminal.'),
})

const SPEC = object('What its open record says. It never changes.', {
  user: USER,
  authentication: text('Who vouches for the user. request-header: the API server. unverified: nobody.'),
  target: TARGET,
  policy: object('How it was recorded.', {
    capture: text('client: the user’s own program wrote it down. relay: the server did.'),
    record: text('Input, or InputOutput.'),
    durability: text('Strict: no byte ran before it was durable. Line: no line.'),
  }),
  client: object('The program that recorded it: said by itself, believed by nobody.', {
    name: text('Its name.'),
    version: text('Its version.'),
    platform: text('The platform that it ran on.'),
  }),
  reason: text('Why, in the user’s own words.'),
})

const DIGEST = object('Of one stream.', {
  bytes: count('How many bytes.'),
  sha256: text('SHA-256 of all of them, in hexadecimal.'),
})

const STATUS = object('How far it is.', {
  phase: text('Live, Ended, or Lost: its recorder was cut off.'),
  startTime: text('When its open record became durable.'),
  endTime: text('When its end record became durable.'),
  reason: text('How it ended: exited, terminated, client-lost, …'),
  exitCode: count('Of the command, where it ended by itself.'),
  message: text('More about its end.'),
  by: text('Who ended it, where somebody did.'),
  durationMs: count('How long it lasted.'),
  records: count('Durable records so far.'),
  inputBytes: count('Bytes of input in them.'),
  outputBytes: count('Bytes of output in them; see digests for output that was counted alone.'),
  errorOutputBytes: count('Bytes of error output in them.'),
  digests: object('Streams that are not on record as bytes: what the end record says of them.', {
    output: DIGEST,
    errorOutput: DIGEST,
  }),
  commands: count('Entries of the command list, once it was derived.'),
})

const METADATA = object('Standard object’s metadata.', {
  name: text('The session’s id, a UUIDv7: it sorts by the time of its start.'),
  namespace: text('The namespace that it ran in.'),
  uid: text('The id again.'),
  creationTimestamp: { ...text('When it began.'), format: 'date-time' },
  resourceVersion: text('Where a watch goes on.'),
  labels: { type: 'object', additionalProperties: { type: 'string' }, description: 'Labels, where there are any.' },
})

export const SCHEMAS = {
  [SESSION_SCHEMA]: {
    ...object(
      'Session is the record of one exec: who, where, when, and how it ended. `…/log` has what was typed and shown.',
      {
        apiVersion: text('The version of this representation.'),
        kind: text('Session.'),
        metadata: METADATA,
        spec: SPEC,
        status: STATUS,
      },
    ),
    'x-kubernetes-group-version-kind': [{ group: API_GROUP, version: API_VERSION, kind: 'Session' }],
  },
}
