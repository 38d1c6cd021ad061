import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, isAbsolute, join, normalize } from 'node:path'
import { isatty } from 'node:tty'
import { fault } from './faults.ts'
import { isFile } from './files.ts'
import type { PluginPolicy } from './kuberc.ts'
import type { ExecPlugin } from './resolved.ts'
import { parseYaml } from './yaml.ts'

/** What a credential plugin gave (client.authentication.k8s.io ExecCredentialStatus). */
export interface PluginCredentials {
  readonly token: string | undefined
  readonly certificate: { readonly cert: Buffer; readonly key: Buffer } | undefined
  /** Milliseconds since the epoch; undefined: good until the API server says otherwise. */
  readonly expiresAt: number | undefined
}

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

export interface PluginStage {
  /** Ends the plugin. */
  readonly signal: AbortSignal
  /** False while somebody else reads stdin: a plugin must not take what is typed into a session. */
  readonly stdinFree: boolean
}

/** Runs the plugin once. Its stderr is ours; it gets our stdin only when it may talk to the user. */
export async function runPlugin(plugin: ExecPlugin, { signal, stdinFree }: PluginStage): Promise<PluginCredentials> {
  const { config } = plugin
  if (!API_VERSIONS.includes(config.apiVersion ?? '')) {
    const detail = `exec.apiVersion is "${config.apiVersion}", expected ${API_VERSIONS.join(' or ')}`
    throw fault('KAE_KUBE_CONFIG_INVALID', { detail })
  }
  const interactive = isInteractive(config.interactiveMode ?? '', stdinFree && isatty(0))
  const path = throwUnlessAllowed(plugin)
  const stdout = await collect(plugin, { path, interactive, signal })
  return decodeExecCredential(stdout, config.apiVersion ?? '')
}

function isInteractive(mode: string, terminal: boolean): boolean {
  if (mode === 'Always' && !terminal) {
    throw fault('KAE_KUBE_PLUGIN_NEEDS_TERMINAL', {
      detail: 'its interactiveMode is Always, and stdin is not a free terminal',
    })
  }
  return mode !== 'Never' && terminal
}

/** The text of KUBERNETES_EXEC_INFO. */
const encodeExecInfo = ({ config, cluster }: ExecPlugin, interactive: boolean): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: config.apiVersion,
    spec: { ...(cluster === undefined ? {} : { cluster }), interactive },
  })

/** The path to run. The policy is asked first: a forbidden plugin is not even looked for. */
function throwUnlessAllowed({ config, policy, env }: ExecPlugin): string {
  const command = normalize(config.command ?? '')
  const path = lookPath(command, env)
  if (policy.kind === 'deny-all') {
    throw fault('KAE_KUBE_PLUGIN_FORBIDDEN', { detail: `${command}: credentialPluginPolicy is DenyAll` })
  }
  if (policy.kind === 'allowlist' && !isListed(policy, { command, path, env })) {
    throw fault('KAE_KUBE_PLUGIN_FORBIDDEN', { detail: `${path ?? command} is not in credentialPluginAllowlist` })
  }
  if (path !== undefined) return path
  const hint = config.installHint === undefined ? {} : { next: cleanHint(config.installHint) }
  throw fault('KAE_KUBE_PLUGIN_MISSING', { detail: `executable ${command} not found`, ...hint })
}

interface Candidate {
  readonly command: string
  readonly path: string | undefined
  readonly env: NodeJS.ProcessEnv
}

/** client-go's checkAllowlistLocked: by the words of the kubeconfig, or by the file that both names resolve to. */
function isListed(policy: PluginPolicy & { kind: 'allowlist' }, { command, path, env }: Candidate): boolean {
  if (policy.commands.includes(command)) return true
  if (path === undefined) return false
  const namesakes = policy.commands.filter((entry) => basename(entry) === basename(path))
  return policy.commands.includes(path) || namesakes.some((entry) => lookPath(entry, env) === path)
}

/** Go's exec.LookPath: our own PATH counts, not the plugin's, and never the current folder. */
function lookPath(command: string, env: NodeJS.ProcessEnv): string | undefined {
  if (command.includes('/')) return isExecutable(command) ? command : undefined
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return isFile(path)
  } catch {
    return false
  }
}

/** A hint comes from a file that others may have written: no escape sequence of it reaches the terminal. */
const cleanHint = (text: string): string =>
  text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\t\n\v\f\r]/gu, (char) => {
    return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  })

interface PluginRun {
  readonly path: string
  readonly interactive: boolean
  readonly signal: AbortSignal
}

function collect(plugin: ExecPlugin, { path, interactive, signal }: PluginRun): Promise<string> {
  const { config, env } = plugin
  const own = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name ?? '', value ?? '']))
  const child = spawn(path, config.args ?? [], {
    argv0: config.command ?? path,
    env: { ...env, ...own, KUBERNETES_EXEC_INFO: encodeExecInfo(plugin, interactive) },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    signal,
  })
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (cause) => {
      reject(fault('KAE_KUBE_PLUGIN_FAILED', { detail: `${path}: ${cause.message}`, cause }))
    })
    child.once('close', (code, killed) => {
      if (code === 0) return resolve(Buffer.concat(chunks).toString('utf8'))
      const how = code === null ? `was ended by ${killed}` : `failed with exit code ${code}`
      reject(fault('KAE_KUBE_PLUGIN_FAILED', { detail: `executable ${path} ${how}` }))
    })
  })
}

const invalid = (detail: string) => fault('KAE_KUBE_PLUGIN_ANSWER_INVALID', { detail })

/** What it printed never appears in an error: it may hold a credential. */
export function decodeExecCredential(stdout: string, apiVersion: string): PluginCredentials {
  const parsed = parseYaml(stdout)
  const answer = parsed.ok ? parsed.documents[0] : undefined
  if (typeof answer !== 'object' || answer === null) throw invalid('it printed no ExecCredential')
  const { kind, apiVersion: version, status } = answer as Record<string, unknown>
  if (kind !== 'ExecCredential') throw invalid(`it printed a ${String(kind)}`)
  if (version !== apiVersion) throw invalid(`expected apiVersion ${apiVersion}, it answered ${String(version)}`)
  if (typeof status !== 'object' || status === null) throw invalid('the answer has no status')
  const {
    token,
    clientCertificateData: cert,
    clientKeyData: key,
    expirationTimestamp,
  } = status as Record<string, unknown>
  if (!token && !cert && !key) throw invalid('the status has neither a token nor a certificate')
  if (Boolean(cert) !== Boolean(key)) throw invalid('the status has a certificate or a key, but not both')
  return {
    token: token ? String(token) : undefined,
    certificate: cert ? { cert: Buffer.from(String(cert)), key: Buffer.from(String(key)) } : undefined,
    expiresAt: expiryOf(expirationTimestamp),
  }
}

function expiryOf(timestamp: unknown): number | undefined {
  if (timestamp === undefined || timestamp === null) return undefined
  const at = Date.parse(String(timestamp))
  if (Number.isNaN(at)) throw invalid('expirationTimestamp is not an RFC 3339 time')
  return at
}
