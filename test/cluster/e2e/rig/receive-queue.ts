import { readFileSync } from 'node:fs'

/**
 * Bytes that have arrived at a port of this machine and that nobody has read yet: what waits for a frozen process. From
 * proc_net_tcp(5): local address and port in hex, state 01 is established, and then tx_queue:rx_queue.
 */
export function unreadBytes(port: number): number {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
  return sockets
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(`:${wanted}`) && state === '01')
    .reduce((sum, [, , , , queues = '']) => sum + Number.parseInt(queues.split(':')[1] ?? '0', 16), 0)
}
