import { setTimeout as pause } from 'node:timers/promises'
import type { Contestant } from '../contestants.ts'
import { atMostAdded, atMostTimes, type ContestantName, type Judge, type Line } from '../line.ts'
import { processUse } from '../measure/process.ts'
import { TimedTerminal } from '../measure/terminal.ts'
import { lineOf } from '../report.ts'
import { Rounds, type Row } from '../row.ts'
import { ROUND_TRIP_MS, type Stage } from '../stage.ts'

/** Every byte comes back by itself, from the far end alone. */
const ECHO = ['sh', '-c', 'stty raw -echo; echo READY; exec cat']
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const KEY_MS = 100
const WARM_KEYS = 10

interface Typist {
  readonly name: ContestantName
  readonly terminal: TimedTerminal
}

/** All programs with their sessions open at once: the same second of the machine is every one's. */
async function withTypists(
  all: readonly Contestant[],
  work: (typists: readonly Typist[]) => Promise<void>,
): Promise<void> {
  const typists = all.map((each) => ({ name: each.name, terminal: new TimedTerminal(each, { command: ECHO }) }))
  try {
    for (const { terminal } of typists) await terminal.shows(/READY/)
    for (let key = 0; key < WARM_KEYS; key += 1) for (const { terminal } of typists) await terminal.key(letter(key))
    await work(typists)
  } finally {
    await Promise.all(typists.map(({ terminal }) => terminal.kill()))
  }
}

const letter = (key: number): string => LETTERS[key % LETTERS.length] ?? 'a'

/** Ten keys a second for each, their keys between each other's. */
async function steadily(typists: readonly Typist[], keys: number): Promise<Rounds['series']> {
  const rounds = new Rounds()
  const began = performance.now()
  for (let turn = 0; turn < keys * typists.length; turn += 1) {
    const due = began + (turn * KEY_MS) / typists.length
    await pause(Math.max(0, due - performance.now()))
    const typist = typists[turn % typists.length]
    if (typist !== undefined) rounds.add(typist.name, await typist.terminal.key(letter(turn)))
  }
  return rounds.series
}

/** The next key when the last one came back; in blocks, one program after the other. */
async function flatOut(typists: readonly Typist[], blocks: number): Promise<Rounds['series']> {
  const rounds = new Rounds()
  for (let block = 0; block < blocks; block += 1) {
    for (const { name, terminal } of typists) {
      for (let key = 0; key < 50; key += 1) rounds.add(name, await terminal.key(letter(key)))
    }
  }
  return rounds.series
}

function memory(typists: readonly Typist[]): Line {
  const rounds = new Rounds()
  for (const { name, terminal } of typists) rounds.add(name, processUse(terminal.pid).residentMiB)
  return lineOf({ name: 'memory of an open session', unit: 'MiB' }, rounds.series)
}

const STRICT: readonly Judge[] = [atMostTimes('median', 2.5), atMostTimes('p99', 3), atMostAdded('median', 1.5)]
const far = (name: string): string => `key echo, ${name}, ${ROUND_TRIP_MS} ms link, 10 keys/s`

async function near(stage: Stage): Promise<Line[]> {
  const lines: Line[] = []
  await withTypists(stage.near, async (typists) => {
    const steady = await steadily(typists, stage.quick ? 60 : 300)
    lines.push(lineOf({ name: 'key echo, Strict, 10 keys/s', unit: 'ms' }, steady, STRICT))
    const flat = await flatOut(typists, stage.quick ? 6 : 30)
    lines.push(lineOf({ name: 'key echo, Strict, flat out', unit: 'ms' }, flat, STRICT))
    lines.push(memory(typists))
  })
  return lines
}

const throughLink =
  (name: string, judges: readonly Judge[]) =>
  async (stage: Stage): Promise<Line[]> => {
    const lines: Line[] = []
    await withTypists(stage.far, async (typists) => {
      const steady = await steadily(typists, stage.quick ? 30 : 100)
      lines.push(lineOf({ name: far(name), unit: 'ms' }, steady, judges))
    })
    return lines
  }

export const ECHO_ROWS: readonly Row[] = [
  { id: 'echo', on: 'Strict', run: near },
  { id: 'echo-far', on: 'Strict', run: throughLink('Strict', []) },
  { id: 'echo-line-far', on: 'Line', run: throughLink('Line', [atMostTimes('median', 1.1)]) },
]
