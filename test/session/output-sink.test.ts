import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { InputSource } from '../../src/session/input-source.ts'
import { OutputRecorder } from '../../src/session/output-recorder.ts'
import { OutputSink } from '../../src/session/output-sink.ts'

/** A pipe whose reading end a test controls: a FIFO with `command` at its other end. */
function fifoTo(command: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sink-'))
  const path = join(folder, 'fifo')
  const child = spawn('sh', ['-c', `mkfifo ${path} && echo ready && { ${command}; } < ${path}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const opened = new Promise<number>((resolve) => {
    child.stdout.once('data', () => setImmediate(() => resolve(openSync(path, 'w'))))
  })
  return { opened, folder }
}

describe('an output sink', () => {
  it('writes everything in order and says when it has', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sink-'))
    const fd = openSync(join(folder, 'out'), 'w')
    const sink = new OutputSink(fd, { full: () => {}, broken: () => {} })
    const parts = Array.from({ length: 500 }, (_, index) => `${index},`)
    for (const part of parts) sink.write(Buffer.from(part))
    await sink.flushed()
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(parts.join(''))
    rmSync(folder, { recursive: true })
  })

  it('says that it is full while its reader does not read, without blocking, and that it is not when it reads again', async () => {
    const slow = fifoTo('sleep 0.3; cat > /dev/null')
    const full: boolean[] = []
    const sink = new OutputSink(await slow.opened, { full: (yes) => void full.push(yes), broken: () => {} })
    sink.write(Buffer.alloc(4 * 1024 * 1024))
    expect(full).toEqual([true])
    await sink.flushed()
    expect(full).toEqual([true, false])
    rmSync(slow.folder, { recursive: true })
  })

  it('says once that its reader is gone, and then swallows what is written', async () => {
    const { opened, folder } = fifoTo('exec true')
    const broken = vi.fn()
    const sink = new OutputSink(await opened, { full: () => {}, broken })
    await vi.waitFor(() => {
      sink.write(Buffer.from('x'))
      expect(broken).toHaveBeenCalledTimes(1)
    })
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: 'EPIPE' })
    sink.write(Buffer.alloc(2 * 1024 * 1024))
    await sink.flushed()
    expect(broken).toHaveBeenCalledTimes(1)
    rmSync(folder, { recursive: true })
  })
})

describe('an input source', () => {
  const source = () => {
    const stream = new PassThrough()
    const heard: string[] = []
    const reader = new InputSource(stream, {
      input: (bytes) => void heard.push(String(bytes)),
      end: () => void heard.push('end'),
    })
    return { stream, heard, reader }
  }

  it('reads nothing while it is held, and loses nothing', async () => {
    const { stream, heard, reader } = source()
    reader.flow(false)
    stream.write('typed while the collector is lost')
    await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual([])
    reader.flow(true)
    expect(heard).toEqual(['typed while the collector is lost'])
  })

  it('tells the end of input after the last bytes', async () => {
    const { stream, heard } = source()
    stream.end('last')
    await vi.waitFor(() => expect(heard).toEqual(['last', 'end']))
  })

  it('leaves what comes after its stop alone', async () => {
    const { stream, heard, reader } = source()
    reader.stop()
    stream.write('for whoever reads next')
    await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual([])
  })
})

describe('an output recorder', () => {
  function rig(asBytes: boolean) {
    const recorded: string[] = []
    const holds: boolean[] = []
    const record = (kind: string, payload: Uint8Array) => recorded.push(`${kind} ${payload.length}`)
    const recorder = new OutputRecorder({ record, hold: (yes) => void holds.push(yes) }, asBytes)
    return { recorder, recorded, holds }
  }

  it('records bytes where the policy asks for output, and a digest always', () => {
    const { recorder, recorded } = rig(true)
    recorder.output('stdout', Buffer.from('abc'))
    recorder.output('stderr', Buffer.from('e'))
    expect(recorded).toEqual(['output 3', 'errorOutput 1'])
    // SHA-256("abc"), FIPS 180-2 appendix B.1.
    expect(recorder.digest('stdout')).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    })
  })

  it('records no bytes otherwise', () => {
    const { recorder, recorded } = rig(false)
    recorder.output('stdout', Buffer.alloc(10_000_000))
    expect(recorded).toEqual([])
    expect(recorder.digest('stdout').bytes).toBe(10_000_000)
  })

  it('holds the container where the record cannot keep up, and lets it go on with the acks', () => {
    const { recorder, recorded, holds } = rig(true)
    recorder.output('stdout', Buffer.alloc(3 * 1024 * 1024))
    expect(holds).toEqual([true])
    recorder.durable(recorded.length)
    expect(holds).toEqual([true, false])
  })
})
