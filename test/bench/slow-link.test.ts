import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { serveSlowLink } from './slow-link.ts'

async function echoThrough(oneWayMs: number) {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const link = await serveSlowLink({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port, oneWayMs })
  const near = connect((link.address() as AddressInfo).port, '127.0.0.1')
  return {
    near,
    close: () => {
      near.destroy()
      link.close()
      echo.close()
    },
  }
}

async function roundTrip(near: ReturnType<typeof connect>, text: string): Promise<number> {
  const began = performance.now()
  near.write(text)
  await once(near, 'data')
  return performance.now() - began
}

test('the first bytes pay for the connection as well, the next ones for one round trip', async () => {
  const { near, close } = await echoThrough(40)
  expect(await roundTrip(near, 'a')).toBeGreaterThanOrEqual(159)
  expect(await roundTrip(near, 'b')).toBeGreaterThanOrEqual(79)
  close()
})

test('bytes keep their order and their end comes last', async () => {
  const { near, close } = await echoThrough(5)
  const expected = Array.from({ length: 500 }, (_, index) => `${index},`).join('')
  for (const part of expected.match(/.{1,7}/g) ?? []) near.write(part)
  near.end()
  const parts: Buffer[] = []
  for await (const part of near) parts.push(part as Buffer)
  expect(Buffer.concat(parts).toString()).toBe(expected)
  close()
})
