import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { encodeChannel, encodeResize, encodeStdin, encodeStdinClose, exitCodeOf } from '../../src/protocol/channel.ts'
import { transcribe } from './exec-client.ts'
import { dial, execPath, type Rig, startRig } from './rig.ts'

const ALL = ['stdin=true&stdout=true&stderr=true']
const ALL_V4 = [...ALL, 'v4.channel.k8s.io']

async function open(
  rig: Rig,
  command: readonly string[],
  [streams, protocol = 'v5.channel.k8s.io']: readonly string[],
) {
  const socket = dial(rig, execPath(command, streams ?? ''), { protocols: [protocol] })
  const transcript = transcribe(socket)
  await once(socket, 'open')
  return { socket, transcript }
}

/** Waits until a number has stayed the same for a while. */
async function settled(read: () => number): Promise<void> {
  let [last, unchanged] = [Number.NaN, 0]
  await vi.waitUntil(() => {
    unchanged = read() === last ? unchanged + 1 : 0
    last = read()
    return unchanged > 10
  }, 10_000)
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A zombie has ended; only its parent has not looked yet.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])('%s', (protocol) => {
  test('carries stdout and stderr apart, then the status, then closes with 1000', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh', '-c', 'echo out; echo err >&2; exit 3'], [...ALL, protocol])
    expect(await transcript.closed).toBe(1000)
    expect(socket.protocol).toBe(protocol)
    expect([transcript.stdout(), transcript.stderr()]).toEqual(['out\n', 'err\n'])
    expect(transcript.channels.at(-1)).toBe(3)
    expect(transcript.status()).toEqual({
      metadata: {},
      status: 'Failure',
      message:
        'command terminated with non-zero exit code: error executing command [sh -c echo out; echo err >&2; exit 3], exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
  })
})

test('half-closes stdin on v5, and the command goes on after it', async () => {
  const rig = await startRig()
  const { socket, transcript } = await open(rig, ['sh', '-c', 'cat; echo after'], ALL)
  socket.send(encodeStdin(Buffer.from('one ')))
  socket.send(encodeStdin(Buffer.from('two ')))
  socket.send(encodeStdinClose())
  await transcript.closed
  expect(transcript.stdout()).toBe('one two after\n')
  expect(transcript.status()).toEqual({ metadata: {}, status: 'Success' })
})

test('v4 has no half-close: the bytes of one are ignored', async () => {
  const rig = await startRig()
  const { socket, transcript } = await open(rig, ['head', '-n', '1'], ALL_V4)
  socket.send(encodeStdinClose())
  socket.send(encodeStdin(Buffer.from('line\n')))
  await transcript.closed
  expect(transcript.stdout()).toBe('line\n')
})

test('ignores channels it does not know, and stdin that was not asked for', async () => {
  const rig = await startRig()
  const { socket, transcript } = await open(rig, ['sh', '-c', 'cat; echo done'], ['stdout=1'])
  socket.send(encodeChannel(9, Buffer.from('x')))
  socket.send(encodeStdin(Buffer.from('not for it')))
  await transcript.closed
  expect(transcript.stdout()).toBe('done\n')
})

test.each([
  ['of no channel', Buffer.of(255)],
  ['of a channel that does not exist', Buffer.of(255, 7)],
])('a close %s ends the connection, and with it the command', async (_what, message) => {
  const rig = await startRig()
  const { socket, transcript } = await open(rig, ['sh', '-c', 'echo $$; exec sleep 1000'], ALL)
  await transcript.until(() => transcript.stdout().endsWith('\n'))
  socket.send(message)
  await transcript.closed
  expect(transcript.status()).toBeUndefined()
  await vi.waitFor(() => expect(isAlive(Number(transcript.stdout()))).toBe(false), 5000)
})

test('takes text messages and fragments as the bytes they are, as the API server does', async () => {
  const rig = await startRig()
  const { socket, transcript } = await open(rig, ['cat'], ALL)
  socket.send('\0text ', { binary: false })
  socket.send(Buffer.from('\0frag'), { fin: false, binary: true })
  socket.send(Buffer.from('ment'), { fin: true, binary: true })
  socket.send(encodeStdinClose())
  await transcript.closed
  expect(transcript.stdout()).toBe('text fragment')
})

describe('a terminal', () => {
  const TTY = ['stdin=true&stdout=true&tty=true']

  test('has the size of the first resize message before the command runs, and follows later ones', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh', '-c', 'stty size; read go; stty size'], TTY)
    socket.send(encodeResize({ columns: 101, rows: 41 }))
    await transcript.until(() => transcript.stdout().includes('41 101'))
    socket.send(encodeResize({ columns: 77, rows: 33 }))
    socket.send(encodeStdin(Buffer.from('\r')))
    await transcript.closed
    expect(transcript.stdout()).toBe('41 101\r\n\r\n33 77\r\n')
  })

  test('starts without a size when the client never tells one', async () => {
    const rig = await startRig()
    const { transcript } = await open(rig, ['stty', 'size'], TTY)
    await transcript.closed
    expect(transcript.stdout()).toBe('24 80\r\n')
  })

  test('carries bytes that are no UTF-8, both ways', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh', '-c', 'stty raw -echo; echo ready; head -c 3'], TTY)
    await transcript.until(() => transcript.stdout().includes('ready'))
    socket.send(encodeStdin(Buffer.of(0xff, 0x00, 0xfe)))
    await transcript.closed
    expect(transcript.stdout()).toBe('ready\n\xff\x00\xfe')
  })

  test('interrupts the foreground command on ^C, with 130', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh', '-c', 'echo up; exec sleep 1000'], TTY)
    await transcript.until(() => transcript.stdout().includes('up'))
    socket.send(encodeStdin(Buffer.of(3)))
    await transcript.closed
    expect(exitCodeOf(transcript.status()!)).toBe(130)
  })

  test('prompts as the pod, at home in a folder of its own', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh'], TTY)
    await transcript.until(() => transcript.stdout().includes('web-0:~$ '))
    socket.send(encodeStdin(Buffer.from('pwd; hostname=$HOSTNAME; echo $HOME $hostname; exit\r')))
    await transcript.closed
    const home = join(rig.folder, 'pods', 'default', 'web-0')
    expect(transcript.stdout()).toContain(`\r\n${home}\r\n${home} web-0\r\n`)
  })

  test('takes pasted input faster than the command reads it, without loss', async () => {
    const rig = await startRig()
    const script = 'stty raw -echo; echo ready; sleep 0.3; head -c 500000 | cksum'
    const { socket, transcript } = await open(rig, ['sh', '-c', script], TTY)
    await transcript.until(() => transcript.stdout().includes('ready'))
    for (let index = 0; index < 50; index += 1) socket.send(encodeStdin(Buffer.alloc(10_000, 'x')))
    await transcript.closed
    expect(transcript.stdout()).toMatch(/\d+ 500000\s*$/)
  })
})

describe('the process group', () => {
  test.each([
    ['with a terminal', ['stdin=true&stdout=true&tty=true']],
    ['without a terminal', ALL],
  ])('ends when the connection drops, %s', async (_how, streams) => {
    const rig = await startRig()
    const script = 'trap "" HUP; sleep 1000 & echo pids $$ $! end; wait'
    const { socket, transcript } = await open(rig, ['sh', '-c', script], streams)
    await transcript.until(() => transcript.stdout().includes('end'))
    const pids = transcript.stdout().match(/\d+/g)!.map(Number)
    expect(pids.map(isAlive)).toEqual([true, true])
    socket.terminate()
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 5000)
  })

  test('ends when the sandbox closes', async () => {
    const rig = await startRig()
    const { transcript } = await open(rig, ['sh', '-c', 'echo $$; exec sleep 1000'], ALL)
    await transcript.until(() => transcript.stdout().endsWith('\n'))
    await rig.sandbox.close()
    expect(isAlive(Number(transcript.stdout()))).toBe(false)
  })

  test('ends when the client vanishes while its input is held back', async () => {
    const rig = await startRig()
    const { socket, transcript } = await open(rig, ['sh', '-c', 'echo $$; exec sleep 1000'], ALL)
    await transcript.until(() => transcript.stdout().endsWith('\n'))
    for (let index = 0; index < 40; index += 1) socket.send(encodeStdin(Buffer.alloc(1 << 20)))
    await settled(() => socket.bufferedAmount)
    // Were it not held back, all of it would have gone into the sandbox's memory by now.
    expect(socket.bufferedAmount).toBeGreaterThan(10 << 20)
    socket.terminate()
    await vi.waitFor(() => expect(isAlive(Number(transcript.stdout()))).toBe(false), 10_000)
  })
})

test('input for a command that closed its stdin is dropped, and what comes after it is still read', async () => {
  const rig = await startRig()
  const mark = join(rig.folder, 'mark')
  const script = `exec <&-; echo closed; until [ -e ${mark} ]; do sleep 0.05; done; exit 6`
  const { socket, transcript } = await open(rig, ['sh', '-c', script], ALL)
  await transcript.until(() => transcript.stdout().includes('closed'))
  for (let index = 0; index < 20; index += 1) socket.send(encodeStdin(Buffer.alloc(1 << 20)))
  await vi.waitFor(() => expect(socket.bufferedAmount).toBe(0), 5000)
  socket.ping()
  await once(socket, 'pong')
  writeFileSync(mark, '')
  await transcript.closed
  expect(exitCodeOf(transcript.status()!)).toBe(6)
})

test('the sandbox closes, and ends what shells left behind, although it left its group and holds the pipes', async () => {
  const rig = await startRig()
  const { transcript } = await open(rig, ['sh', '-c', 'setsid sleep 60 & echo $!; wait'], ALL)
  await transcript.until(() => transcript.stdout().endsWith('\n'))
  const pid = Number(transcript.stdout())
  await rig.sandbox.close()
  if (process.platform === 'linux') await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000)
})

test('a command that no process can be given is refused, and the sandbox goes on', async () => {
  const rig = await startRig()
  for (const streams of [ALL, ['stdin=true&stdout=true&tty=true']]) {
    const { transcript } = await open(rig, ['sh', '-c', 'nul \0 byte'], streams)
    await transcript.closed
    expect(transcript.status()).toMatchObject({ status: 'Failure', reason: 'InternalError' })
  }
})

test('holds a command whose output nobody reads, and loses nothing of it', async () => {
  const rig = await startRig()
  const mark = join(rig.folder, 'mark')
  const script = `for i in $(seq 60); do head -c 1000000 /dev/zero; echo >> ${mark}; done`
  const { socket, transcript } = await open(rig, ['sh', '-c', script], ALL)
  socket.pause()
  const written = () => (existsSync(mark) ? statSync(mark).size : 0)
  await vi.waitUntil(() => written() > 0, 5000)
  await settled(written)
  expect(written()).toBeLessThan(60)
  socket.resume()
  await transcript.closed
  expect(transcript.stdout()).toHaveLength(60_000_000)
})

test('exit codes: not executable 126, not found 127 by a shell, 137 by SIGKILL', async () => {
  const rig = await startRig()
  for (const [script, code] of [
    ['/etc/passwd', 126],
    ['no-such-command', 127],
    ['kill -9 $$', 137],
  ] as const) {
    const { transcript } = await open(rig, ['sh', '-c', script], ALL)
    await transcript.closed
    expect(exitCodeOf(transcript.status()!)).toBe(code)
  }
})

test.each([
  ['no-such-command', 'exec: "no-such-command": executable file not found in $PATH: unknown'],
  ['/no/such', 'exec: "/no/such": stat /no/such: no such file or directory: unknown'],
  ['/etc/passwd', 'exec: "/etc/passwd": permission denied: unknown'],
])('a command that cannot be started (%s) is an internal error without an exit code', async (name, words) => {
  const rig = await startRig()
  const { transcript } = await open(rig, [name], ALL)
  await transcript.closed
  expect(transcript.status()).toMatchObject({ status: 'Failure', reason: 'InternalError', code: 500 })
  expect(transcript.status()?.message).toContain(words)
  expect(exitCodeOf(transcript.status()!)).toBeUndefined()
})
