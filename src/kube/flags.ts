export interface FlagDefinition {
  readonly type: 'string' | 'bool' | 'stringArray'
  readonly char?: string
  /** What stands for its value in help. */
  readonly value?: string
  readonly description: string
  /** Why it has no effect here. It is accepted so that aliases and habits keep working. */
  readonly ignored?: string
}

const NO_PROFILER = 'this program has no Go profiler'
const NO_KLOG = 'this program does not log with klog'

/** kubectl's connection flags (`kubectl options`, 1.36): the one place where they are defined. */
export const CONNECTION_FLAGS = {
  kubeconfig: { type: 'string', value: 'FILE', description: 'Path to the kubeconfig file' },
  context: { type: 'string', value: 'NAME', description: 'The kubeconfig context to use' },
  cluster: { type: 'string', value: 'NAME', description: 'The kubeconfig cluster to use' },
  user: { type: 'string', value: 'NAME', description: 'The kubeconfig user to use' },
  namespace: { type: 'string', value: 'NAMESPACE', char: 'n', description: 'The namespace of the pod' },
  server: { type: 'string', value: 'ADDRESS', char: 's', description: 'Address and port of the API server' },
  'tls-server-name': {
    type: 'string',
    value: 'NAME',
    description: "Name to check the API server's certificate against",
  },
  'insecure-skip-tls-verify': { type: 'bool', description: "Do not check the API server's certificate (insecure)" },
  'certificate-authority': { type: 'string', value: 'FILE', description: 'Path to the certificate of the authority' },
  'client-certificate': { type: 'string', value: 'FILE', description: 'Path to a client certificate' },
  'client-key': { type: 'string', value: 'FILE', description: 'Path to the key of the client certificate' },
  token: { type: 'string', value: 'TOKEN', description: 'Bearer token for the API server' },
  username: { type: 'string', value: 'NAME', description: 'Name for basic authentication' },
  password: { type: 'string', value: 'TEXT', description: 'Password for basic authentication' },
  as: { type: 'string', value: 'NAME', description: 'User to impersonate' },
  'as-uid': { type: 'string', value: 'UID', description: 'UID to impersonate' },
  'as-group': { type: 'stringArray', value: 'NAME', description: 'Group to impersonate; may be repeated' },
  'as-user-extra': {
    type: 'stringArray',
    value: 'KEY=VALUE',
    description: 'Extra KEY=VALUE to impersonate; may be repeated',
  },
  'request-timeout': {
    type: 'string',
    value: 'TIME',
    description: 'How long to wait for a single request, such as 30s; 0 is no limit',
  },
  kuberc: { type: 'string', value: 'FILE', description: 'Path to the kuberc file' },
  'disable-compression': {
    type: 'bool',
    description: 'No compressed answers',
    ignored: 'answers are never compressed',
  },
  'cache-dir': {
    type: 'string',
    description: 'Discovery cache',
    ignored: 'no discovery is done, so nothing is cached',
  },
  'match-server-version': { type: 'bool', description: 'Require equal versions', ignored: 'our version is not theirs' },
  'warnings-as-errors': { type: 'bool', description: 'Warnings are errors', ignored: 'warnings stay warnings' },
  profile: { type: 'string', description: 'Name of profile to capture', ignored: NO_PROFILER },
  'profile-output': { type: 'string', description: 'File for the profile', ignored: NO_PROFILER },
  v: { type: 'string', char: 'v', description: 'Log verbosity', ignored: NO_KLOG },
  vmodule: { type: 'string', description: 'Log verbosity by file', ignored: NO_KLOG },
  'log-flush-frequency': { type: 'string', description: 'Log flush interval', ignored: NO_KLOG },
} as const satisfies Record<string, FlagDefinition>

export type ConnectionFlagName = keyof typeof CONNECTION_FLAGS

type FlagValue<Type> = Type extends 'bool' ? boolean : Type extends 'stringArray' ? readonly string[] : string

/** What was given on the command line, by long name. Absent, `undefined` and `''` all mean: not given. */
export type ConnectionFlags = {
  readonly [Name in ConnectionFlagName]?: FlagValue<(typeof CONNECTION_FLAGS)[Name]['type']> | undefined
}

type Given<Fields> = { [Key in keyof Fields]?: NonNullable<Fields[Key]> }

/** The fields that flags gave, without those that they left out. */
export const given = <Fields extends object>(fields: Fields): Given<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>
