/** The JSON payloads of records. A log may come from anywhere, so their shape is checked before they are shown. */
import { parseShallowJson } from '../protocol/nesting.ts'
import type { SessionEnd, SessionOpening } from '../protocol/session.ts'

/** The opening of an `open` record, or undefined where it is not one. */
export function parseOpening(payload: Uint8Array): SessionOpening | undefined {
  const value = parseJson(payload)
  if (!isObject(value) || !isObject(value.user) || !isObject(value.target) || !isObject(value.policy)) return undefined
  const { user, target, policy, client } = value
  if (!isObject(client)) return undefined
  const said = [client.name, client.version, client.platform]
  const strings = [...said, user.username, value.authentication, policy.capture, policy.record, policy.durability]
  const names = [target.namespace, target.pod, target.container]
  const isSound = [...strings, ...names].every(isString) && isStrings(target.command) && isOptionalString(value.reason)
  return isSound ? (value as unknown as SessionOpening) : undefined
}

/** The end of an `end` record, or undefined where it is not one. */
export function parseEnd(payload: Uint8Array): SessionEnd | undefined {
  const value = parseJson(payload)
  if (!isObject(value) || !isString(value.reason) || !isOptionalString(value.message)) return undefined
  const { input, output = input, errorOutput = input } = value
  const isSound = [input, output, errorOutput].every((digest) => isObject(digest) && typeof digest.bytes === 'number')
  // Of another type it would be shown as what it is not: null is no 0.
  if (value.exitCode !== undefined && typeof value.exitCode !== 'number') return undefined
  return isSound && typeof value.durationMs === 'number' ? (value as unknown as SessionEnd) : undefined
}

export const parseJson = (payload: Uint8Array): unknown => parseShallowJson(Buffer.from(payload).toString())

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isString = (value: unknown): value is string => typeof value === 'string'
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString)
const isOptionalString = (value: unknown): boolean => value === undefined || isString(value)
