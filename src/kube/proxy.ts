import { BlockList, isIP } from 'node:net'
import { fault } from './faults.ts'
import { hostOf, portOf } from './server-url.ts'

export type ParsedProxy = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly problem: string }

/** proxy-url of a kubeconfig: http, https and socks5 are what kubectl takes. */
export function parseProxyUrl(text: string): ParsedProxy {
  const url = URL.parse(text)
  if (url === null) return { ok: false, problem: 'it is not a URL' }
  if (!['http:', 'https:', 'socks5:'].includes(url.protocol)) {
    return { ok: false, problem: `scheme "${url.protocol.slice(0, -1)}", expected http, https or socks5` }
  }
  if (url.hostname === '') return { ok: false, problem: 'it names no host' }
  if (!isEncoded(url.username) || !isEncoded(url.password)) {
    return { ok: false, problem: 'its user name or password is not percent-encoded' }
  }
  return { ok: true, url }
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY give for a server, by the rules of Go's http/httpproxy:
 * upper case first, never for localhost or loopback, a value without a scheme is http.
 * @throws Fault KAE_KUBE_PROXY_INVALID
 */
export function proxyFromEnvironment(server: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
  const name = names.find((each) => env[each]) ?? ''
  const text = env[name]
  if (!text || bypasses(server, env.NO_PROXY || env.no_proxy || '')) return undefined
  const parsed = parseProxyUrl(text.includes('://') ? text : `http://${text}`)
  if (parsed.ok) return parsed.url
  // Its value may hold a password.
  throw fault('KAE_KUBE_PROXY_INVALID', { detail: `${name}: ${parsed.problem}` })
}

function bypasses(server: URL, noProxy: string): boolean {
  const host = hostOf(server)
  const port = String(portOf(server))
  if (host === 'localhost' || isLoopback(host)) return true
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase())
  return entries.some((entry) => entry !== '' && matchesEntry(entry, host, port))
}

const isLoopback = (host: string): boolean => (/^127\./.test(host) ? isIP(host) === 4 : host === '::1')

/** `*`, a CIDR, an IP or a domain, the last two with an optional port; `x.y` matches `a.x.y` too, `.x.y` only that. */
function matchesEntry(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inCidr(host, entry)
  const [, name = entry, wanted] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? []
  if (wanted !== undefined && wanted !== port) return false
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.')
  if (isIP(host) !== 0 || isIP(bare) !== 0) return host === bare
  return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`)
}

function inCidr(host: string, entry: string): boolean {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d+)$/.exec(entry) ?? []
  const family = isIP(network)
  if (family === 0 || isIP(host) === 0 || Number(bits) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}
