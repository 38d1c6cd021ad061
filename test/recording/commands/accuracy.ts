/** Precision and recall of the command list on the recordings. docs/command-list.md defines and shows them. */
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { DOUBTS } from '../../../src/recording/commands/doubts.ts'
import { inputAlone, recordsOf, stream, truthOf } from '../../rig/recordings/fixture.ts'
import type { Expected } from '../../rig/recordings/script.ts'

export interface Accuracy {
  readonly expected: number
  readonly given: number
  readonly right: number
}

/** Of what was given, how much is right; of what should be given, how much is. */
export const precision = ({ given, right }: Accuracy): number => (given === 0 ? 1 : right / given)
export const recall = ({ expected, right }: Accuracy): number => (expected === 0 ? 1 : right / expected)

export const total = (all: readonly Accuracy[]): Accuracy => ({
  expected: sum(all.map(({ expected }) => expected)),
  given: sum(all.map(({ given }) => given)),
  right: sum(all.map(({ right }) => right)),
})

/** With output: entries, in their order, equal in kind, text and exit status. */
export async function withOutput(name: string): Promise<Accuracy> {
  const { commands } = await deriveCommands(stream(recordsOf(name)))
  return compare(truthOf(name).gives.map(expectedKey), commands.map(givenKey))
}

/** From input alone: lines, without those that history or completion made. A full-screen program cannot be told. */
export async function withInputAlone(name: string): Promise<Accuracy> {
  const { commands } = await deriveCommands(stream(inputAlone(recordsOf(name))))
  const expected = truthOf(name).gives.filter((each) => !('program' in each) && !('line' in each && each.aided))
  const given = commands.filter((each) => each.type !== 'command' || !each.doubts.some((doubt) => AIDED.has(doubt)))
  const lines = (keys: string[]): string[] => keys.flatMap((key) => key.split('\n')).filter((line) => line !== '')
  const byLines = (each: Expected): string => expectedKey(each).replace(/ = \d+$/, '')
  return compare(lines(expected.map(byLines)), lines(given.map(givenKey)))
}

const AIDED = new Set<string>([DOUBTS.history, DOUBTS.completion])

/** The right ones are the longest common subsequence: what was left out or invented costs itself alone. */
function compare(expected: readonly string[], given: readonly string[]): Accuracy {
  let before = new Array<number>(given.length + 1).fill(0)
  for (const key of expected) {
    const row = [0]
    for (const [at, each] of given.entries()) {
      const longer = Math.max(before[at + 1] ?? 0, row[at] ?? 0)
      row.push(each === key ? (before[at] ?? 0) + 1 : longer)
    }
    before = row
  }
  return { expected: expected.length, given: given.length, right: before.at(-1) ?? 0 }
}

/** Blanks at the end of a line cannot be seen on a screen and mean nothing to a shell. */
const trimmed = (text: string): string => text.replace(/[^\S\n]+$/gm, '')

function expectedKey(expected: Expected): string {
  if ('hidden' in expected) return '(hidden)'
  if ('program' in expected) return `(program ${expected.program})`
  const { line, exitCode } = expected
  return trimmed(line) + (exitCode === undefined ? '' : ` = ${exitCode}`)
}

function givenKey(command: RecordedCommand): string {
  if (command.type === 'hidden') return '(hidden)'
  if (command.type === 'program') return `(program ${command.name})`
  return trimmed(command.line) + (command.exitCode === undefined ? '' : ` = ${command.exitCode}`)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
