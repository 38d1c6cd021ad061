import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Installed } from '../installed.ts'
import { person } from './person.ts'

/**
 * A shell of the admin's in the same container, past the recorder by its bypass. It was admitted when it began, so it sees
 * the container also while the server does not answer.
 */
export class Observer implements AsyncDisposable {
  readonly #child: ChildProcess
  #shown = ''
  #look = (): void => {}
  #asked = 0

  constructor(installed: Installed) {
    const { kubectl, env } = person(installed, 'admin')
    const [file = '', ...args] = kubectl('exec', '-i', 'web-0', '-c', 'app', '--', 'sh')
    this.#child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
    this.#child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.#shown += text
      this.#look()
    })
  }

  /** What a command prints, in latin1: a character a byte. */
  async ask(command: string): Promise<string> {
    this.#asked += 1
    const mark = `<done ${this.#asked}>\n`
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#look = () => {
      const at = this.#shown.indexOf(mark)
      if (at < 0) return
      resolve(this.#shown.slice(0, at))
      this.#shown = this.#shown.slice(at + mark.length)
    }
    this.#child.stdin?.write(`${command}; printf '<done %s>\\n' ${this.#asked}\n`)
    return promise
  }

  /** The bytes that the container has in a file, which need not be there yet. */
  contentOf = (file: string): Promise<string> => this.ask(`cat ${file} 2>/dev/null`)

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await ended
  }
}
