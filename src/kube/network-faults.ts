import { type Fault, isFault } from '../protocol/fault.ts'
import { fault } from './faults.ts'

/** The certificate does not lead to an authority that we trust, or is out of its time (OpenSSL's X509_V_ERR names). */
const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
])

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
])

/** Says what an error of a socket, of TLS or of `ws` before its upgrade means. A Fault comes back unchanged. */
export function faultFromNetworkError(error: unknown, server: string): Fault {
  if (isFault(error)) return error
  const { code, message } = describe(error)
  const detail = `${server}: ${message}`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return fault('KAE_KUBE_TLS_WRONG_NAME', { detail, cause: error })
  if (UNTRUSTED.has(code)) return fault('KAE_KUBE_TLS_UNTRUSTED', { detail, cause: error })
  if (UNREACHABLE.has(code)) return fault('KAE_KUBE_UNREACHABLE', { detail, cause: error })
  if (code === 'ETIMEDOUT') return fault('KAE_KUBE_TIMEOUT', { detail, cause: error })
  if (code.startsWith('HPE_')) return fault('KAE_KUBE_NOT_AN_API_SERVER', { detail, cause: error })
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return fault('KAE_KUBE_TLS_FAILED', { detail, cause: error })
  }
  return fault('KAE_KUBE_CONNECTION_LOST', { detail, cause: error })
}

/** Trying every address of a name fails with an AggregateError whose own message is empty. */
function describe(error: unknown): { code: string; message: string } {
  const outer = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[]; reason?: string }
  const first = outer.errors?.[0]
  const code = outer.code ?? first?.code ?? ''
  const message = outer.message || first?.message || code || 'no reason given'
  // OpenSSL's own messages are a line of file names and numbers; its `reason` says the same in words.
  return { code, message: code.startsWith('ERR_SSL_') && outer.reason ? outer.reason : message }
}
