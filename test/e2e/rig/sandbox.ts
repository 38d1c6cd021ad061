import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programEnv, RUN } from './program.ts'

/** `sandbox --serve` in a process of its own, with a home of its own. */
export class ServedSandbox implements AsyncDisposable {
  readonly home: string
  readonly kubeconfig: string
  readonly #child: ChildProcess

  private constructor(home: string, kubeconfig: string, child: ChildProcess) {
    this.home = home
    this.kubeconfig = kubeconfig
    this.#child = child
  }

  static async start(): Promise<ServedSandbox> {
    const home = mkdtempSync(join(tmpdir(), 'kae-sandbox-'))
    const child = spawn(process.execPath, [RUN, 'sandbox', '--serve'], {
      env: programEnv(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    let [out, err] = ['', '']
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /^export KUBECONFIG=(.+)$/m.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`the sandbox ended with ${code}: ${err}`)))
    return new ServedSandbox(home, await promise, child)
  }

  /** For a program of somebody who uses it. */
  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return programEnv(this.home, { KUBECONFIG: this.kubeconfig, KUBECACHEDIR: join(this.home, 'cache'), ...more })
  }

  /** As Ctrl-C does it. Gives the exit status. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGINT')
    await ended
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}
