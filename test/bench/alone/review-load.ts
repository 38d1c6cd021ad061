/**
 * A process that posts admission reviews at a steady rate over connections that stay: `review-load.ts JSON(LoadPlace)`.
 * Orders and answers are JSON lines. Review i names the user and the pod of session i of the typing load.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { execReview } from '../../server-min/rig/review.ts'
import { type Figures, figuresOf } from '../figures.ts'
import { GROUP, type LoadPlace, targetOf, uidOf, userOf } from './population.ts'

export interface ReviewOrder {
  readonly rate: number
  readonly seconds: number
  /** The first session to ask for. */
  readonly from: number
}

export interface ReviewAnswer {
  readonly ms: Figures
  readonly allowed: number
  readonly reviews: number
}

const place = JSON.parse(process.argv[2] ?? '{}') as LoadPlace
// The API server keeps one HTTP/2 or several HTTP/1.1 connections to a webhook; it asks for no certificate of its own.
const agent = new Agent({ keepAlive: true, maxSockets: 64, ca: readFileSync(place.ca) })

function post(index: number): Promise<boolean> {
  const user = { username: userOf(index), uid: uidOf(index), groups: [GROUP], extra: {} }
  const body = JSON.stringify(execReview({ uid: randomUUID(), user, target: targetOf(index) }))
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const options = { host: '127.0.0.1', port: place.port, path: '/admission/exec', method: 'POST', agent, headers }
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text.includes('"allowed":true')))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A review is due at its time, however late the one before it is: waiting counts. */
async function run({ rate, seconds, from }: ReviewOrder): Promise<ReviewAnswer> {
  const took: number[] = []
  let allowed = 0
  const work: Promise<void>[] = []
  const began = performance.now()
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = began + (index * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0.5) await pause(wait)
    const at = Math.min(due, performance.now())
    const done = post(from + index).then((yes) => {
      took.push(performance.now() - at)
      if (yes) allowed += 1
    })
    work.push(done)
  }
  await Promise.all(work)
  return { ms: figuresOf(took), allowed, reviews: took.length }
}

for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as ReviewOrder))}\n`)
}
process.exit(0)
