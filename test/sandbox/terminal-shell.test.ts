import { expect, test } from 'vitest'
import type { ShellEnding, ShellEvents } from '../../src/sandbox/shell.ts'
import { loadTerminals } from '../../src/sandbox/terminal-shell.ts'

const command = (script: string) => ({
  file: '/bin/sh',
  argv: ['sh', '-c', script],
  cwd: '/',
  env: { PATH: '/usr/bin:/bin' },
})

async function start(script: string, onOutput: (text: string) => void = () => {}) {
  const startTerminal = await loadTerminals()
  const ended = Promise.withResolvers<ShellEnding>()
  let shown = ''
  const events: ShellEvents = {
    output: (_channel, bytes) => {
      shown += bytes.toString('latin1')
      onOutput(shown)
    },
    drained: () => {},
    ended: ended.resolve,
  }
  const shell = startTerminal(command(script), { columns: 80, rows: 24 }, events)
  return { shell, ended: ended.promise, shown: () => shown }
}

test('output that is held when the command ends is not lost, however late it is read', async () => {
  const ready = Promise.withResolvers<void>()
  const { shell, ended, shown } = await start('stty -opost; echo ready; read x; printf %03000d 7; exit 5', (text) => {
    if (text.includes('ready')) ready.resolve()
  })
  await ready.promise
  shell.pauseOutput()
  shell.write(Buffer.from('\r'))
  // Longer than the 200 ms after which node-pty throws away what nobody has read.
  await new Promise((resolve) => setTimeout(resolve, 600))
  shell.resumeOutput()
  expect(await ended).toEqual({ how: 'exited', code: 5 })
  expect(shown().endsWith('0000007')).toBe(true)
})

test('ends although a process that left it keeps the terminal open', async () => {
  const { ended } = await start('setsid sleep 3 & exit 4')
  expect(await ended).toEqual({ how: 'exited', code: 4 })
})

test('takes input, sizes and an end after the command has gone', async () => {
  const { shell, ended } = await start('true')
  await ended
  expect(shell.write(Buffer.from('late'))).toBe(true)
  shell.resize({ columns: 10, rows: 10 })
  shell.kill()
})

test('says which package is missing and what works without it', async () => {
  const absent = () => Promise.reject(new Error("Cannot find package '@lydell/node-pty'"))
  await expect(loadTerminals(absent)).rejects.toMatchObject({
    code: 'KAE_SANDBOX_NO_PTY',
    http: 501,
    message: expect.stringContaining('@lydell/node-pty'),
    next: expect.stringContaining('without -t'),
  })
})
