import { createServer, type Server } from 'node:http'
import type { Metrics } from './metrics.ts'

export interface MonitorOptions {
  readonly metrics: Metrics
  /** Why a path is not ready, or undefined where it is. */
  readonly unready: { readonly [path: string]: () => string | undefined }
}

/** Metrics and health in plain HTTP, for probes and Prometheus: nothing there is secret, and nothing else is served. */
export function createMonitor({ metrics, unready }: MonitorOptions): Server {
  return createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const check = Object.hasOwn(unready, path) ? unready[path] : undefined
    if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end()
    else if (path === '/metrics') {
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    } else if (check !== undefined) {
      const why = check()
      response.writeHead(why === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(why ?? 'ok')
    } else response.writeHead(404).end()
  })
}
