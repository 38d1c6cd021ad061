/** Our server alone on loopback, in a process of its own, with authorities made for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, makeAuthority } from '../../cluster/certificates.ts'
import { freePort, ServerProcess } from '../../cluster/e2e/rig/server-process.ts'

export interface LoneServer extends AsyncDisposable {
  readonly folder: string
  readonly port: number
  readonly process: ServerProcess
  /** Files for a client that speaks as the API server's front proxy does. */
  readonly client: { readonly ca: string; readonly certificate: string; readonly key: string }
}

/** @param fill makes a log before the server opens it */
export async function startLoneServer(fill: (log: string) => Promise<void> = async () => {}): Promise<LoneServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kae-bench-alone-'))
  const file = (name: string): string => join(folder, name)
  const write = (name: string, text: string): void => writeFileSync(file(name), text, { mode: 0o600 })
  const [serving, proxies] = await Promise.all([makeAuthority('serving-ca'), makeAuthority('front-proxy-ca')])
  const pair = await issue(serving, { commonName: 'server', names: ['127.0.0.1'] })
  const proxy = await issue(proxies, { commonName: 'front-proxy-client' })
  write('ca.crt', serving.certificate)
  write('tls.crt', pair.certificate)
  write('tls.key', pair.key)
  write('front-proxy-ca.crt', proxies.certificate)
  write('client.crt', proxy.certificate)
  write('client.key', proxy.key)
  await fill(file('log'))
  const port = await freePort('127.0.0.1')
  const flags = {
    host: '127.0.0.1',
    port,
    'metrics-host': '127.0.0.1',
    'metrics-port': 0,
    'log-dir': file('log'),
    'tls-cert-file': file('tls.crt'),
    'tls-key-file': file('tls.key'),
    'requestheader-client-ca-file': file('front-proxy-ca.crt'),
    'requestheader-allowed-names': 'front-proxy-client',
  }
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  const server = new ServerProcess(argv, file('server.log'))
  await server.start()
  return {
    folder,
    port,
    process: server,
    client: { ca: file('ca.crt'), certificate: file('client.crt'), key: file('client.key') },
    [Symbol.asyncDispose]: async () => {
      // Its sessions need no orderly end, and the log goes with the folder.
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
