import type { Contestant } from '../contestants.ts'
import { atMostTimes, type Judge } from '../line.ts'
import { timeProcess } from '../measure/process.ts'
import { TimedTerminal } from '../measure/terminal.ts'
import { lineOf } from '../report.ts'
import { interleaved, type Row } from '../row.ts'
import { ROUND_TRIP_MS, type Stage } from '../stage.ts'

const SHELL = ['bash', '--norc', '--noprofile', '-i']
/** As people type it: a command that may be asked for while its session is still being opened. */
const BARE_SHELL = ['bash']
const PROMPT = /bash-\d[\d.]*[#$] $/

const firstPromptOf = (command: readonly string[]) => async (contestant: Contestant) => {
  const terminal = new TimedTerminal(contestant, { command })
  try {
    return await terminal.shows(PROMPT)
  } finally {
    terminal.type('exit\r')
    await terminal.end()
  }
}

const firstPrompt = firstPromptOf(SHELL)
const barePrompt = firstPromptOf(BARE_SHELL)

const oneShot = async (contestant: Contestant): Promise<number> =>
  (await timeProcess(contestant.argv({ command: ['true'] }), { env: contestant.env })).ms

interface Measured {
  readonly id: string
  readonly name: string
  readonly where: 'near' | 'far'
  readonly run: (contestant: Contestant) => Promise<number>
  readonly judge: Judge
}

const row = ({ id, name, where, run, judge }: Measured): Row => ({
  id,
  on: 'Strict',
  run: async (stage: Stage) => {
    const series = await interleaved(stage[where], stage.quick ? 7 : 30, run)
    return [lineOf({ name: where === 'far' ? `${name}, ${ROUND_TRIP_MS} ms link` : name, unit: 'ms' }, series, [judge])]
  },
})

export const FIRST_PROMPT_ROWS: readonly Row[] = [
  row({ id: 'prompt', name: 'first prompt', where: 'near', run: firstPrompt, judge: atMostTimes('median', 1) }),
  row({
    id: 'prompt-bare',
    name: 'first prompt, bare shell',
    where: 'near',
    run: barePrompt,
    judge: atMostTimes('median', 1),
  }),
  row({
    id: 'prompt-bare-far',
    name: 'first prompt, bare shell',
    where: 'far',
    run: barePrompt,
    judge: atMostTimes('median', 0.7),
  }),
  row({ id: 'one-shot', name: 'one-shot', where: 'near', run: oneShot, judge: atMostTimes('median', 1) }),
  row({ id: 'prompt-far', name: 'first prompt', where: 'far', run: firstPrompt, judge: atMostTimes('median', 0.7) }),
  row({ id: 'one-shot-far', name: 'one-shot', where: 'far', run: oneShot, judge: () => [] }),
]
