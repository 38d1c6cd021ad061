/** The server's command line, by the table of its settings. */
import { parseArgs } from 'node:util'
import { fault } from './faults.ts'
import { FLAGS, type Flag } from './flag-table.ts'

export { FLAGS }

export type FlagName = keyof typeof FLAGS
export type FlagValues = { readonly [Name in FlagName]: string | undefined }

export type Invocation =
  | { readonly type: 'run'; readonly values: FlagValues }
  | { readonly type: 'help' }
  | { readonly type: 'version' }

/** Reads the command line; what it does not say, the environment may. Throws a `Fault` on anything unknown. */
export function parseFlags(argv: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const given = parse(argv)
  if (given.help === true) return { type: 'help' }
  if (given.version === true) return { type: 'version' }
  const names = Object.keys(FLAGS) as FlagName[]
  const values = names.map((name) => {
    const flag: Flag = FLAGS[name]
    // An empty variable is one that a manifest left out.
    return [name, given[name] ?? (env[flag.env] || undefined) ?? flag.initial]
  })
  return { type: 'run', values: Object.freeze(Object.fromEntries(values)) as FlagValues }
}

function parse(argv: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const texts = Object.fromEntries(Object.keys(FLAGS).map((name) => [name, { type: 'string' as const }]))
  const options = { ...texts, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (cause) {
    throw fault('KAE_SERVER_USAGE', { detail: cause instanceof Error ? cause.message : String(cause), cause })
  }
}

export function helpText(): string {
  const sections = Map.groupBy(Object.entries<Flag>(FLAGS), ([, flag]) => flag.section)
  const blocks = [...sections].map(([title, flags]) => `${title}:\n${flags.map(describe).join('\n')}`)
  return `${HEAD}\n${blocks.join('\n\n')}\n\n  -h, --help\n  --version\n\n${EXAMPLES}`
}

function describe([name, { value = '', initial, env, help }]: readonly [string, Flag]): string {
  const fallback = initial === undefined ? '' : ` [${initial}]`
  return `  --${name} ${value}${fallback}\n        ${help} $${env}`
}

const HEAD = `kube-audit-exec-server: records kubectl audit-exec sessions and admits no other exec

Usage: kube-audit-exec-server --log-dir FOLDER --tls-cert-file FILE --tls-key-file FILE [flags]
`

const EXAMPLES = `Examples:
  In a cluster, as server-min/deploy has it:
    kube-audit-exec-server --log-dir /var/lib/kube-audit-exec/log --tls-cert-file /tls/tls.crt --tls-key-file /tls/tls.key

  Outside of it, with a kubeconfig that may read the ConfigMap:
    kube-audit-exec-server --kubeconfig ~/.kube/config --log-dir ./log --tls-cert-file tls.crt --tls-key-file tls.key

  Without any access to the cluster:
    kube-audit-exec-server --requestheader-client-ca-file front-proxy-ca.crt --requestheader-allowed-names front-proxy-client \\
      --log-dir ./log --tls-cert-file tls.crt --tls-key-file tls.key
`
