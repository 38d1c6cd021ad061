import { describe, expect, it } from 'vitest'
import { announce, conclude } from '../../src/session/announcements.ts'
import type { Ending } from '../../src/session/ending.ts'
import { fault } from '../../src/session/faults.ts'
import type { ExecInvocation } from '../../src/session/invocation.ts'
import type { Recording } from '../../src/session/recording.ts'
import { idOf } from '../rig/session-object.ts'

const ID = idOf(1)

interface Told {
  readonly tty?: boolean
  readonly folder?: string
  readonly notice?: string
  readonly contextName?: string
  readonly invocation?: Partial<ExecInvocation>
  readonly ending?: Ending
}

/** What is said before and after, and nothing else that a terminal or a session is. */
function told({ tty = true, folder, notice, contextName = 'blue', invocation, ending }: Told) {
  const said: string[] = []
  const recording = {
    id: ID,
    connector: { place: 'the cluster' },
    opening: { target: { namespace: 'prod', pod: 'web-0', container: 'app', command: ['sh'], tty } },
    ...(folder === undefined ? {} : { folder }),
    ...(notice === undefined ? {} : { notice }),
  } as unknown as Recording
  const announced = {
    recording,
    invocation: { quiet: false, collector: 'auto', ...invocation } as ExecInvocation,
    terminal: { say: (line: string) => void said.push(line), stdoutFd: -1 } as never,
  }
  if (ending === undefined) announce({ ...announced, connection: { resolved: { contextName } } as never })
  else conclude({ ...announced, ending })
  return said
}

const EXITED: Ending = { end: { reason: 'exited', exitCode: 0 }, exit: 0 }

describe('before a session a person is told', () => {
  it('on a terminal where they are, and which record this becomes', () =>
    expect(told({})).toEqual([
      'context blue, namespace prod, pod web-0, container app',
      `recording to the cluster as session ${ID}`,
    ]))

  it('no context where there is none', () =>
    expect(told({ contextName: '' })[0]).toBe('namespace prod, pod web-0, container app'))

  it('which container was chosen for them', () =>
    expect(told({ notice: 'Defaulted container "app" out of: app, b' })[0]).toMatch(/^Defaulted container/))

  it('nothing on a pipe where the cluster records', () => expect(told({ tty: false })).toEqual([]))

  it.each([
    ['auto', 'this cluster has no collector'],
    ['local', '--collector=local'],
  ] as const)('also on a pipe that this machine alone records, and why: %s', (collector, why) =>
    expect(told({ tty: false, folder: '/state/x', invocation: { collector } })).toEqual([
      `recording on this machine only (${why}): /state/x`,
    ]),
  )

  it('nothing with --quiet', () =>
    expect(told({ folder: '/state/x', notice: 'n', invocation: { quiet: true } })).toEqual([]))
})

describe('after a session a person is told', () => {
  it('its id', () => expect(told({ ending: EXITED })).toEqual([`recorded as session ${ID}`]))

  it.each([
    [{}, `sessions show ${ID} --local`],
    [{ logDir: '/logs' }, `sessions show ${ID} --log /logs/x`],
  ])('by which words it is read where this machine recorded it: %j', (invocation, words) =>
    expect(told({ ending: EXITED, folder: '/logs/x', invocation })).toEqual([
      `recorded; read it with: kube-audit-exec ${words}`,
    ]),
  )

  it('nothing more on a pipe, nor with --quiet', () => {
    expect(told({ ending: EXITED, tty: false })).toEqual([])
    expect(told({ ending: EXITED, invocation: { quiet: true } })).toEqual([])
  })

  it('why it failed, with the code and what to do, also on a pipe and with --quiet', () => {
    const ending: Ending = { end: undefined, exit: 1, fault: fault('KAE_EXEC_DROPPED', { detail: 'cut' }) }
    for (const where of [{ tty: false }, { invocation: { quiet: true } }])
      expect(told({ ending, ...where })).toEqual([
        expect.stringMatching(/^error: .*: cut \(KAE_EXEC_DROPPED\)\n {2}next: /),
      ])
  })

  it('kubectl’s line for a command that failed', () =>
    expect(told({ ending: { ...EXITED, exit: 3, notice: 'command terminated with exit code 3' }, tty: false })).toEqual(
      ['command terminated with exit code 3'],
    ))
})
