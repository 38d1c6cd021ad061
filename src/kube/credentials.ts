import { readFileSync } from 'node:fs'
import type { PluginCredentials } from './exec-plugin.ts'
import { readCredentialFile } from './files.ts'
import type { CertificateSource, ExecPlugin, Identity } from './resolved.ts'

export interface ClientCertificate {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Credentials at one moment. The same object comes back until something changes. */
export interface CurrentCredentials {
  /** The Authorization header; undefined when there is none to send. */
  readonly authorization: string | undefined
  readonly certificate: ClientCertificate | undefined
}

export interface Credentials {
  /** What to send now. Runs the plugin when there is none yet or it expired; parallel callers share one run. */
  current(): Promise<CurrentCredentials>
  /**
   * After a 401: true when `refused` has been replaced by something else, so that trying again makes sense.
   * Fixed credentials are never replaced.
   */
  refresh(refused: CurrentCredentials): Promise<boolean>
  /** Ends a plugin that is running. */
  close(): void
}

export interface CredentialOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number
  /** Asked before a plugin runs: false while stdin is somebody else's. */
  readonly stdinFree?: () => boolean
}

export function openCredentials(identity: Identity, options: CredentialOptions = {}): Credentials {
  const { authorization } = identity
  const { now = Date.now, stdinFree = () => true } = options
  switch (authorization.kind) {
    case 'exec':
      return pluginCredentials(authorization.plugin, { now, stdinFree })
    case 'token-file':
      return tokenFileCredentials(identity, { path: authorization.path, first: authorization.token, now })
    case 'token':
      return fixedCredentials(identity, `Bearer ${authorization.token}`)
    case 'basic': {
      const pair = Buffer.from(`${authorization.username}:${authorization.password}`).toString('base64')
      return fixedCredentials(identity, `Basic ${pair}`)
    }
    case 'none':
      return fixedCredentials(identity, undefined)
  }
}

function fixedCredentials(identity: Identity, authorization: string | undefined): Credentials {
  const certificate = certificateReader(identity.certificate)
  let last: CurrentCredentials | undefined
  return {
    current: async () => {
      const read = certificate()
      if (last === undefined || last.certificate !== read) last = { authorization, certificate: read }
      return last
    },
    refresh: async () => false,
    close: () => undefined,
  }
}

/** A pair of files is read again for each use; the same object comes back while the bytes are the same. */
function certificateReader(source: CertificateSource | undefined): () => ClientCertificate | undefined {
  if (source === undefined) return () => undefined
  if (source.kind === 'data') return () => source
  let last: ClientCertificate | undefined
  return () => {
    const cert = readCredentialFile(source.certFile, 'client-certificate')
    const key = readCredentialFile(source.keyFile, 'client-key')
    if (last === undefined || !last.cert.equals(cert) || !last.key.equals(key)) last = { cert, key }
    return last
  }
}

/** client-go reads a token file once a minute, ten seconds early. */
const TOKEN_FILE_PERIOD_MS = 50_000

interface TokenFile {
  readonly path: string
  readonly first: string
  readonly now: () => number
}

function tokenFileCredentials(identity: Identity, { path, first, now }: TokenFile): Credentials {
  const certificate = certificateReader(identity.certificate)
  let token = first
  let readAt = Number.NEGATIVE_INFINITY
  let last: CurrentCredentials | undefined
  const reread = (): void => {
    const found = readToken(path)
    // A token that cannot be read just now leaves the last good one in place.
    if (found === undefined) return
    token = found
    readAt = now()
  }
  const current = async (): Promise<CurrentCredentials> => {
    if (now() - readAt > TOKEN_FILE_PERIOD_MS) reread()
    const next = { authorization: `Bearer ${token.trim()}`, certificate: certificate() }
    if (last?.authorization !== next.authorization || last.certificate !== next.certificate) last = next
    return last
  }
  return {
    current,
    refresh: async (refused) => {
      reread()
      return (await current()) !== refused
    },
    close: () => undefined,
  }
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

function pluginCredentials(plugin: ExecPlugin, { now, stdinFree }: Required<CredentialOptions>): Credentials {
  const abort = new AbortController()
  let held: { readonly value: CurrentCredentials; readonly expiresAt: number | undefined } | undefined
  let running: Promise<CurrentCredentials> | undefined
  const run = (): Promise<CurrentCredentials> => {
    running ??= import('./exec-plugin.ts')
      .then(({ runPlugin }) => runPlugin(plugin, { signal: abort.signal, stdinFree: stdinFree() }))
      .then((answer) => {
        held = { value: fromPlugin(answer), expiresAt: answer.expiresAt }
        return held.value
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  const fresh = (): CurrentCredentials | undefined =>
    held === undefined || (held.expiresAt !== undefined && now() > held.expiresAt) ? undefined : held.value
  return {
    current: async () => fresh() ?? run(),
    refresh: async (refused) => {
      if (held?.value === refused || held === undefined) await run()
      return held?.value !== refused
    },
    close: () => abort.abort(),
  }
}

const fromPlugin = ({ token, certificate }: PluginCredentials): CurrentCredentials => ({
  authorization: token === undefined ? undefined : `Bearer ${token}`,
  certificate,
})
