/** A page in a real browser without a window, driven by its DevTools protocol. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { findProgram } from '../../cluster/layout.ts'

export const chromium = (): string | undefined =>
  ['chromium', 'chromium-browser', 'google-chrome'].map(findProgram).find((found) => found !== undefined)

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: { readonly result?: { readonly value?: unknown } }
}

export class Page implements AsyncDisposable {
  /** What the page complained about: refused by its policy, exceptions, errors on its console. */
  readonly complaints: string[] = []
  /** What it asked of any network or file. */
  readonly requests: string[] = []
  readonly #child: ChildProcess
  readonly #socket: WebSocket
  readonly #folder: string
  readonly #answers = new Map<number, (message: Message) => void>()
  #last = 0

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#child = child
    this.#socket = socket
    this.#folder = folder
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message))
  }

  static async open(program: string, url: string): Promise<Page> {
    const folder = mkdtempSync(join(tmpdir(), 'kae-chromium-'))
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0']
    const child = spawn(program, [...flags, `--user-data-dir=${folder}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(port)
    })
    child.once('close', () => reject(new Error(`the browser ended: ${said}`)))
    const targets = (await (await fetch(`http://127.0.0.1:${await promise}/json`)).json()) as {
      type: string
      webSocketDebuggerUrl: string
    }[]
    const socket = new WebSocket(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl)
    await once(socket, 'open')
    const page = new Page(child, socket, folder)
    for (const domain of ['Log', 'Runtime', 'Network', 'Page']) await page.send(`${domain}.enable`)
    await page.send('Page.navigate', { url })
    return page
  }

  send(method: string, params: object = {}): Promise<Message> {
    this.#last += 1
    const { promise, resolve } = Promise.withResolvers<Message>()
    this.#answers.set(this.#last, resolve)
    this.#socket.send(JSON.stringify({ id: this.#last, method, params }))
    return promise
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    return answer.result?.result?.value
  }

  /** Until the expression is true. */
  async until(expression: string): Promise<void> {
    const deadline = performance.now() + 30_000
    while ((await this.evaluate(expression)) !== true) {
      if (performance.now() > deadline) throw new Error(`never true: ${expression}; ${this.complaints.join('; ')}`)
      await this.evaluate('new Promise((resolve) => setTimeout(resolve, 20))')
    }
  }

  #take(message: Message): void {
    const { id, method = '', params } = message
    if (id !== undefined) this.#answers.get(id)?.(message)
    else if (method === 'Network.requestWillBeSent') {
      this.requests.push((params as { request: { url: string } }).request.url)
    } else if (['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled'].includes(method)) {
      this.complaints.push(JSON.stringify(params))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'close')
    this.#socket.close()
    this.#child.kill()
    await ended
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
