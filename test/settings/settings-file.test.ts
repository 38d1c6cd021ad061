import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseSetting, settingNamed } from '../../src/settings/catalogue.ts'
import { changeSetting, preferences, readSettings, settingOf, settingsPath } from '../../src/settings/settings-file.ts'

function freshEnv(text?: string): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'settings-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const env = { XDG_CONFIG_HOME: folder }
  if (text !== undefined) {
    mkdirSync(dirname(settingsPath(env)))
    writeFileSync(settingsPath(env), text)
  }
  return env
}

describe('the settings file', () => {
  it('is not there before something is set, and nobody makes one by reading', async () => {
    const env = freshEnv()
    expect(await readSettings(env)).toEqual({})
    await changeSetting(env, 'accessible', undefined)
    expect(() => statSync(dirname(settingsPath(env)))).toThrow('ENOENT')
  })

  it('keeps what was set, for its owner alone, and leaves the rest as it is', async () => {
    const env = freshEnv()
    await changeSetting(env, 'replay.speed', 2)
    await changeSetting(env, 'replay.idleLimit', 1.5)
    await changeSetting(env, 'accessible', true)
    await changeSetting(env, 'replay.speed', undefined)
    const settings = await readSettings(env)
    expect(JSON.parse(readFileSync(settingsPath(env), 'utf8'))).toEqual({
      accessible: true,
      replay: { idleLimit: 1.5 },
    })
    expect([settingOf(settings, 'replay.idleLimit'), settingOf(settings, 'replay.speed')]).toEqual([1.5, undefined])
    expect(statSync(settingsPath(env)).mode & 0o777).toBe(0o600)
  })

  it('keeps what a newer version has set', async () => {
    const env = freshEnv('{"colour": "amber", "replay": {"theme": 1}}')
    await changeSetting(env, 'replay.speed', 3)
    expect(await readSettings(env)).toEqual({ colour: 'amber', replay: { theme: 1, speed: 3 } })
  })

  it.each([
    ['{"replay": ', 'JSON'],
    ['{"replay": {"speed": "fast"}}', 'replay/speed'],
    ['{"replay": {"speed": 0}}', 'replay/speed'],
    ['{"accessible": 1}', 'accessible'],
  ])('cannot be used as %s, is left as it is, and stops nobody who only prefers something', async (text, about) => {
    const env = freshEnv(text)
    const said: string[] = []
    await expect(readSettings(env)).rejects.toMatchObject({
      code: 'KAE_SETTINGS_FILE_UNUSABLE',
      message: expect.stringContaining(about),
    })
    await expect(changeSetting(env, 'accessible', true)).rejects.toMatchObject({ code: 'KAE_SETTINGS_FILE_UNUSABLE' })
    expect(await preferences(env, (line) => said.push(line))).toEqual({})
    expect(said).toEqual([expect.stringMatching(/^warning: The settings file cannot be used: .*settings\.json/)])
    expect(readFileSync(settingsPath(env), 'utf8')).toBe(text)
  })

  it('is not looked for where a relative path is named, as the specification of these folders has it', () => {
    expect(settingsPath({ XDG_CONFIG_HOME: 'here' })).toBe(settingsPath({}))
  })
})

describe('a setting', () => {
  it.each([
    ['accessible', 'true', true],
    ['accessible', 'false', false],
    ['replay.speed', '0.01', 0.01],
    ['replay.speed', '1000', 1000],
    ['replay.idleLimit', '0', 0],
    ['replay.idleLimit', '86400', 86_400],
  ] as const)('%s takes %s', (name, text, value) => expect(parseSetting(name, text)).toBe(value))

  it.each([
    ['accessible', 'yes'],
    ['accessible', '1'],
    ['replay.speed', '0'],
    ['replay.speed', '1001'],
    ['replay.speed', 'fast'],
    ['replay.speed', ' '],
    ['replay.idleLimit', '-1'],
    ['replay.idleLimit', 'Infinity'],
    ['replay.idleLimit', 'NaN'],
  ] as const)('%s does not take %j', (name, text) =>
    expect(() => parseSetting(name, text)).toThrow(expect.objectContaining({ code: 'KAE_SETTING_VALUE_INVALID' })),
  )

  it.each(['speed', 'replay', 'constructor', '__proto__', ''])('is none by the name of %j', (name) =>
    expect(() => settingNamed(name)).toThrow(expect.objectContaining({ code: 'KAE_SETTING_UNKNOWN' })),
  )
})
