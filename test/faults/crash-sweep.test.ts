import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CrashRig } from './crash-rig.ts'
import { ackedBeforeSync, pointsOf, sweep } from './crash-sweep.ts'
import { type Call, type Injection, whyNoStrace } from './strace.ts'

const missing = whyNoStrace()
const why = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined).each(['Strict', 'Line'] as const)(
  `A collector under %s whose system calls fail or that dies at one${why}`,
  (durability) => {
    let rig: CrashRig
    beforeAll(async () => {
      rig = await CrashRig.make(durability)
    }, 60_000)
    afterAll(() => rig[Symbol.dispose]())

    it.each(['fresh', 'torn'] as const)(
      'on a %s log loses no acknowledged record, doubles none, and lets the container have nothing that is not in the log',
      { timeout: 300_000 },
      async (on) => {
        const { calls, wrong } = await rig.run(on)
        expect([...wrong, ...ackedBeforeSync(calls, durability)]).toEqual([])
        const points = pointsOf(on, calls)
        expect(new Set(points.map(({ syscall }) => syscall))).toContain('rename')
        expect(points.length).toBeGreaterThan(200)
        const report = await sweep(rig, points)
        expect(report.wrong).toEqual([])
        // A fault that never happened proves nothing.
        expect(report.missed).toEqual([])
      },
    )

    it('is found out when its disk says that it wrote and did not (the control of the sweep)', async () => {
      const { wrong, calls } = await rig.run('fresh', { injection: lieAbout((await rig.run('fresh')).calls) })
      expect(calls.filter(({ injected }) => injected)).toHaveLength(1)
      expect(wrong.join('\n')).toMatch(/was acknowledged|left corrupt|reached the container/)
    })

    it('is found out when an ack comes before its sync (the control of the order of calls)', async () => {
      const { calls } = await rig.run('fresh')
      expect(ackedBeforeSync(calls, durability)).toEqual([])
      expect(
        ackedBeforeSync(
          calls.filter(({ name }) => name !== 'fdatasync'),
          durability,
        ),
      ).not.toEqual([])
    })

    it('acknowledges nothing while a sync takes long', async () => {
      const slow = { syscall: 'fdatasync', what: 'delay_enter=1s', when: 5 } as const
      const { calls, wrong, status } = await rig.run('fresh', { injection: slow })
      expect({ status, wrong, order: ackedBeforeSync(calls, durability) }).toEqual({ status: 0, wrong: [], order: [] })
    })
  },
)

/**
 * The last write of records answers with its own length, and nothing is written. Of any other length node would go on behind
 * the end of its buffer, and sometimes die of that.
 */
function lieAbout(calls: readonly Call[]): Injection {
  const writes = calls.filter(({ name }) => name === 'pwrite64')
  const at = writes.findLastIndex(({ text }) => !/"(?:\\x00){24}"/.test(text))
  const [, bytes] = /= (\d+)$/.exec(writes[at]?.text ?? '') ?? []
  if (bytes === undefined) throw new Error('no write of records was traced')
  return { syscall: 'pwrite64', what: `retval=${bytes}`, when: at + 1 }
}
