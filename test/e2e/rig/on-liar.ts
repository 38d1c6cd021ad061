/** The program on a real terminal, against a server that lies; and what must hold of it, whatever it was told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Liar, type Lies } from '../../attacks/rig/liar.ts'
import { Viewer } from '../../player/rig/viewer.ts'
import { programEnv, RUN } from './program.ts'

export interface OnLiarOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly columns?: number
  readonly rows?: number
}

const CSI = '\x1b\\['
/** All that we ever say to a terminal: modes of our own, places, looks, erasing; and the ends of lines. */
const OURS = new RegExp(
  `${CSI}(?:\\?(?:1049|7|25|2004|2026)[hl]|\\d*(?:;\\d*)?H|[\\d;]*m|[0-3]?[JK]|\\d*[A-G])|\\r?\\n|\\r`,
  'g',
)
const UNSAFE = /.{0,40}[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}].{0,40}/su
/** An honest hour of output is played in 200 MB, and a test is no bench. */
const MOST_MEMORY = 500 * 1024

export class OnLiar implements AsyncDisposable {
  readonly liar: Liar
  readonly viewer: Viewer
  readonly #home: string

  private constructor(liar: Liar, viewer: Viewer, home: string) {
    this.liar = liar
    this.viewer = viewer
    this.#home = home
  }

  static async start(argv: readonly string[], lies: Lies, options: OnLiarOptions = {}): Promise<OnLiar> {
    const { columns = 100, rows = 30 } = options
    const liar = await Liar.start(lies)
    const home = mkdtempSync(join(tmpdir(), 'kae-liar-'))
    const named = { KUBECONFIG: liar.kubeconfig(home), KUBECACHEDIR: join(home, 'cache'), NO_COLOR: '' }
    const env = programEnv(home, { ...named, ...options.env })
    const program = ['sh', '-c', `echo $$ >'${join(home, 'pid')}'; exec "$@"`, 'sh', process.execPath, RUN]
    return new OnLiar(liar, new Viewer([...program, ...argv], { env, columns, rows }), home)
  }

  /** By a key, while it runs. Gives all that was shown. */
  async leave(key: string, status = 0): Promise<string> {
    expect(this.#memory()).toBeLessThan(MOST_MEMORY)
    this.viewer.type(key)
    return await this.left(status)
  }

  /** By itself. */
  async left(status: number): Promise<string> {
    const end = await this.viewer.run.end()
    const { shown } = this.viewer.run
    expect(end.status, shown).toBe(status)
    expect(end.after).toBe(end.before)
    expect(UNSAFE.exec(shown.replace(OURS, ''))?.[0]).toBeUndefined()
    for (const [on, off] of [
      ['\x1b[?1049h', '\x1b[?1049l'],
      ['\x1b[?25l', '\x1b[?25h'],
      ['\x1b[?2004h', '\x1b[?2004l'],
      ['\x1b[?7l', '\x1b[?7h'],
    ] as const)
      expect(shown.lastIndexOf(off)).toBeGreaterThanOrEqual(shown.lastIndexOf(on))
    expect(shown).not.toMatch(/bug of kube-audit-exec|\n +at /)
    // It was asked, and told nothing but whether one may exec.
    for (const asked of this.liar.asked) expect(asked).toMatch(/^(?:GET |POST \/apis\/authorization.k8s.io\/)/)
    return shown
  }

  /** The most so far, in KiB. */
  #memory(): number {
    const pid = readFileSync(join(this.#home, 'pid'), 'utf8').trim()
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.viewer[Symbol.asyncDispose]()
    await this.liar[Symbol.asyncDispose]()
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 })
  }
}
