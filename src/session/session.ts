/**
 * One audited session: joins the terminal, the tee, the recorder and the exec connection until one of them is over.
 *
 *     stdin ─▶ InputSource ─▶ Tee ─record─▶ CollectorStream
 *                              └──forward──▶ ExecSocket ─▶ OutputSink ─▶ stdout, stderr
 *                                                └───────▶ OutputRecorder ─▶ CollectorStream
 */
import type { WebSocket } from 'ws'
import type { CollectorStream, StreamListener } from '../collector/stream.ts'
import type { ExecStatus } from '../protocol/channel.ts'
import type { Fault } from '../protocol/fault.ts'
import type { StreamSettings } from '../protocol/messages.ts'
import type { ExecTarget, SessionEnd, SessionPolicy } from '../protocol/session.ts'
import { ExecSocket } from './exec-socket.ts'
import { InputSource } from './input-source.ts'
import { OutputRecorder, RunningDigest } from './output-recorder.ts'
import { OutputSink } from './output-sink.ts'
import { Recorder } from './recorder.ts'
import { type InputEvent, Tee } from './tee.ts'
import type { Terminal } from './terminal.ts'

/** How a session ended, seen from here. */
export type SessionOutcome =
  | { readonly type: 'status'; readonly status: ExecStatus }
  | { readonly type: 'dropped'; readonly why: string }
  | { readonly type: 'interrupted'; readonly signal: NodeJS.Signals }
  | { readonly type: 'output-broken'; readonly error: NodeJS.ErrnoException }
  /** Nothing more can be recorded, so the exec was closed. */
  | { readonly type: 'collector-failed'; readonly fault: Fault }

export interface SessionParts {
  readonly stream: CollectorStream
  readonly settings: StreamSettings
  readonly policy: SessionPolicy
  readonly target: ExecTarget
  readonly terminal: Terminal
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export class Session {
  readonly #parts: SessionParts
  readonly #recorder: Recorder
  readonly #tee: Tee
  readonly #output: OutputRecorder
  readonly #input = new RunningDigest()
  readonly #brakes = new Set<string>()
  #exec: ExecSocket | undefined
  #source: InputSource | undefined
  #early: InputEvent[] = []
  #over: (outcome: SessionOutcome) => void = () => {}
  readonly #outcome: Promise<SessionOutcome>

  constructor(parts: SessionParts) {
    const { stream, settings, policy, target, terminal } = parts
    this.#parts = parts
    this.#recorder = new Recorder(stream)
    this.#outcome = new Promise((resolve) => {
      this.#over = resolve
    })
    const record = this.#recorder.record.bind(this.#recorder)
    const forward = (event: InputEvent): void => this.#forward(event)
    const { durability } = policy
    const { windowBytes } = settings
    this.#tee = new Tee({ record, forward, flow: (open) => this.#source?.flow(open) }, { durability, windowBytes })
    const asBytes = target.tty && policy.record === 'InputOutput'
    this.#output = new OutputRecorder({ record, hold: (yes) => this.#brake('recorder', yes) }, asBytes)
    stream.listen(this.#streamListener())
    const size = target.tty ? terminal.size() : undefined
    // Recorded while the exec is still being opened, so that it is the first thing that the container gets.
    if (size !== undefined) this.#tee.resize(size)
  }

  /** Runs until the session is over. The terminal is restored, and all output was written, when it resolves. */
  async run(upgraded: WebSocket): Promise<SessionOutcome> {
    const { target, terminal } = this.#parts
    const undo = [this.#onSignals(), target.tty ? terminal.raw() : () => {}, this.#onResize()]
    const sinks = { stdout: this.#sink('stdout'), stderr: this.#sink('stderr') }
    const exec = new ExecSocket(upgraded, {
      output: (stream, bytes) => {
        sinks[stream].write(bytes)
        this.#output.output(stream, bytes)
      },
      congested: (yes) => this.#tee.congested(yes),
      finished: (outcome) => this.#over(outcome),
    })
    this.#exec = exec
    for (const event of this.#early.splice(0)) exec.forward(event)
    if (target.stdin) this.#readInput()
    const outcome = await this.#outcome
    this.#source?.stop()
    exec.close()
    if (outcome.type !== 'output-broken') await Promise.all([sinks.stdout.flushed(), sinks.stderr.flushed()])
    for (const step of undo) step()
    return outcome
  }

  /** Makes the end record durable. Rejects with a `Fault` where that is not possible any more. */
  end(how: Pick<SessionEnd, 'reason' | 'exitCode' | 'message'>): Promise<void> {
    return this.#recorder.end({
      version: 1,
      ...how,
      input: this.#input.digest(),
      output: this.#output.digest('stdout'),
      errorOutput: this.#output.digest('stderr'),
      durationMs: Math.round(this.#recorder.elapsedMs),
    })
  }

  #streamListener(): StreamListener {
    return {
      durable: (seq) => {
        this.#tee.durable(seq)
        this.#output.durable(seq)
      },
      interrupted: () => this.#tee.interrupted(true),
      resumed: () => this.#tee.interrupted(false),
      failed: (fault) => this.#over({ type: 'collector-failed', fault }),
    }
  }

  #readInput(): void {
    this.#source = new InputSource(this.#parts.terminal.stdin, {
      input: (bytes) => {
        this.#input.add(bytes)
        this.#tee.input(bytes)
      },
      end: () => this.#tee.inputEnd(),
    })
  }

  #forward(event: InputEvent): void {
    if (this.#exec === undefined) this.#early.push(event)
    else this.#exec.forward(event)
  }

  #sink(stream: 'stdout' | 'stderr'): OutputSink {
    const fd = stream === 'stdout' ? this.#parts.terminal.stdoutFd : this.#parts.terminal.stderrFd
    return new OutputSink(fd, {
      full: (yes) => this.#brake(stream, yes),
      broken: (error) => this.#over({ type: 'output-broken', error }),
    })
  }

  /** The container's output is held while anybody asks for it. */
  #brake(who: string, yes: boolean): void {
    if (yes) this.#brakes.add(who)
    else this.#brakes.delete(who)
    this.#exec?.hold(this.#brakes.size > 0)
  }

  #onResize(): () => void {
    if (!this.#parts.target.tty) return () => {}
    return this.#parts.terminal.onResize(() => {
      const size = this.#parts.terminal.size()
      if (size !== undefined) this.#tee.resize(size)
    })
  }

  #onSignals(): () => void {
    const interrupt = (signal: NodeJS.Signals): void => this.#over({ type: 'interrupted', signal })
    for (const signal of SIGNALS) process.on(signal, interrupt)
    return () => {
      for (const signal of SIGNALS) process.off(signal, interrupt)
    }
  }
}
