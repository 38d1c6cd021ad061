import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Moment, recordsOf } from '../player/rig/recorded.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { type Outcome, useProgram } from './program.ts'

const program = useProgram()

const config = (...argv: string[]): Promise<Outcome> =>
  program.run(['config', ...argv], { env: { XDG_CONFIG_HOME: join(program.folder, 'config') } })

describe('config', () => {
  it('sets, prints, lists and takes back a preference', async () => {
    expect(await config('set', 'replay.idleLimit', '2')).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(await config('get', 'replay.idleLimit')).toEqual({ status: 0, stdout: '2\n', stderr: '' })
    expect(JSON.parse((await config('list', '-o', 'json')).stdout)).toEqual({ replay: { idleLimit: 2 } })
    expect((await config('list')).stdout).toMatch(/^replay\.idleLimit +2 +seconds, from 0 to 86400 /m)
    expect((await config('unset', 'replay.idleLimit')).status).toBe(0)
    expect(await config('get', 'replay.idleLimit')).toEqual({ status: 1, stdout: '', stderr: '' })
  })

  it.each([
    [['set', 'replay.pace', '2'], 'KAE_SETTING_UNKNOWN', 'replay.speed'],
    [['get', 'constructor'], 'KAE_SETTING_UNKNOWN', 'accessible'],
    [['set', 'replay.speed', 'fast'], 'KAE_SETTING_VALUE_INVALID', 'a number from 0.01 to 1000'],
  ])('%j fails with %s, and says what there is', async (argv, code, hint) => {
    const { status, stdout, stderr } = await config(...argv)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`(${code})`)
    expect(stderr).toContain(hint)
  })
})

describe('a preference', () => {
  const replay = (argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
    program.run(['sessions', 'replay', 'latest', '--log', log, ...argv], {
      env: { XDG_CONFIG_HOME: join(program.folder, 'config'), XDG_CACHE_HOME: join(program.folder, 'cache'), ...env },
    })
  const log = join(program.folder, 'log')

  it('holds where neither a flag nor the environment says otherwise', async () => {
    const moments: readonly Moment[] = [
      [0, 'output', 'first\r\n'],
      [3600, 'output', 'an hour later\r\n'],
    ]
    await writeLog(log, recordsOf(moments))
    await config('set', 'replay.idleLimit', '0')
    await config('set', 'accessible', 'true')
    const { status, stdout } = await replay([])
    expect({ status, lines: stdout.split('\n') }).toMatchObject({
      status: 0,
      lines: expect.arrayContaining(['an hour later']),
    })
    for (const refused of [await replay(['--no-plain']), await replay([], { ACCESSIBLE: '0' })])
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('KAE_PLAYER_NO_TERMINAL') })
  })
})
