import type { ServeOptions } from '../../server-min/serve-options.ts'
import type { Backend, BackendNeeds, StartBackend } from './backend.ts'
import { type LineFile, openLineFile } from './line-file.ts'

/** As in the webhook configuration that an installation applies. */
const WEBHOOK_NAME = 'exec.kube-audit-exec.io'
const WEBHOOK_PATH = '/admission/exec'
const WEBHOOK_TIMEOUT_MS = 5000
/** Clients have gone by then: the API server closes first. */
const DRAIN_MS = 2000

/** The real collector and webhook, in this process, known to the API server as they are in a cluster. */
export const startOwnBackend: StartBackend = async (needs): Promise<Backend> => {
  // Loaded here alone: it costs more than the rest of the sandbox, and a stand-in does not need it.
  const { serve } = await import('../../server-min/serve.ts')
  const file = await openLineFile(needs.serverLog)
  const server = await serve(serveOptions(needs, file)).catch(async (error: unknown) => {
    await file.close()
    throw error
  })
  const origin = `https://127.0.0.1:${server.port}`
  const { ca } = needs
  return {
    webhook: { name: WEBHOOK_NAME, url: `${origin}${WEBHOOK_PATH}`, ca, timeoutMs: WEBHOOK_TIMEOUT_MS },
    aggregated: { origin, ca },
    close: async () => {
      await server.close()
      await file.close()
    },
  }
}

const serveOptions = (needs: BackendNeeds, file: LineFile): ServeOptions => ({
  log: { folder: needs.logFolder },
  serving: { certFile: needs.certificateFile, keyFile: needs.keyFile },
  requestHeader: { caFile: needs.requestHeaderCaFile, allowedNames: [needs.requestHeaderAllowedName] },
  findPod: needs.findPod,
  reviewAccess: needs.reviewAccess,
  drainMs: DRAIN_MS,
  writeLog: (level, message, fields) => {
    file.append({ time: new Date().toISOString(), level, message, ...fields })
  },
})
