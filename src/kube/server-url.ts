import { fault } from './faults.ts'

/**
 * client-go's DefaultServerURL: `host:port` without a scheme is http; a path is a prefix of every request; query and
 * fragment are dropped. kubectl would send user:password@ of the address as basic authentication: refused here.
 */
export function parseServerUrl(server: string): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(server)
  const url = URL.parse(hasScheme ? server : `http://${server}`)
  if (url === null) throw invalid(server, 'it is not a URL or host:port')
  if (url.username !== '' || url.password !== '') throw invalid(url.host, 'it carries a user name or password')
  if (!hasScheme && url.pathname !== '/') throw invalid(server, 'an address with a path needs its scheme')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid(server, 'its scheme is neither https nor http')
  url.search = ''
  url.hash = ''
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

const invalid = (server: string, why: string) =>
  fault('KAE_KUBE_CONFIG_INVALID', { detail: `the server address "${server}": ${why}` })

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'socks5:': 1080 }

/** An IPv6 address without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
export const portOf = (url: URL): number => Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0)
