import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerRig } from '../server-min/rig/server.ts'

const MAIN = pathToFileURL(join(import.meta.dirname, '../../server-min/main.ts')).href
const SCRIPT = `import(${JSON.stringify(MAIN)}).then(({ main }) => main(process.argv.slice(1), process.env)).then((status) => process.exit(status))`

/** The server as its own program starts it, on a folder and a port. */
export function serverArgv(rig: ServerRig, folder: string, port: number): [string, ...string[]] {
  const flags = {
    'log-dir': folder,
    'tls-cert-file': rig.certFile,
    'tls-key-file': rig.keyFile,
    'requestheader-client-ca-file': rig.caFile,
    'requestheader-allowed-names': 'front-proxy-client',
    host: '127.0.0.1',
    port,
    'metrics-port': 0,
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  return [process.execPath, '-e', SCRIPT, '--', ...args]
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
