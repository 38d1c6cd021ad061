import type { FastifyRequest } from 'fastify'
import { parseStrictJson } from '../../src/protocol/strict-json.ts'

export async function parseBody(_request: FastifyRequest, body: string | Buffer): Promise<unknown> {
  const parsed = parseStrictJson(body.toString())
  if (parsed.ok) return parsed.value
  throw Object.assign(new Error(parsed.why), { statusCode: 400 })
}
