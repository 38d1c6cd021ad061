import { createHmac, timingSafeEqual } from 'node:crypto'
import { fault } from '../faults.ts'

/** Where a list goes on. */
export interface Place {
  /** The library's own token. */
  readonly next: string
  /** Of the first page: all pages are of one list. */
  readonly resourceVersion: string
}

const MOST_CHARACTERS = 8192

/**
 * A token for `place`, good for one list alone: `list` says whose it is and what was asked for, and is signed with it. So
 * nobody goes on in a list that somebody else was shown, or with filters that the first page did not have.
 */
export function sealPlace(place: Place, list: unknown, key: Uint8Array): string {
  const body = Buffer.from(JSON.stringify([place.next, place.resourceVersion]))
  return Buffer.concat([sign(body, list, key), body]).toString('base64url')
}

/** @throws Fault KAE_READ_EXPIRED where it is of another list, of a server that was started since, or nonsense */
export function openPlace(token: string, list: unknown, key: Uint8Array): Place {
  const bytes = Buffer.from(token.slice(0, MOST_CHARACTERS), 'base64url')
  const [mac, body] = [bytes.subarray(0, 32), bytes.subarray(32)]
  if (mac.length < 32 || !timingSafeEqual(mac, sign(body, list, key))) throw fault('KAE_READ_EXPIRED')
  const [next, resourceVersion] = JSON.parse(body.toString()) as [string, string]
  return { next, resourceVersion }
}

const sign = (body: Uint8Array, list: unknown, key: Uint8Array): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(list)).update('\0').update(body).digest()
