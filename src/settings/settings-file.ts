/**
 * The one file that knows how settings are kept: `$XDG_CONFIG_HOME/kube-audit-exec/settings.json`. It is read by what people
 * wait for with patience, never on the way to a prompt: `conf` takes 60 ms to load, so it is not loaded where there is no file.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type Conf from 'conf'
import { SETTINGS, type SettingName, type Settings, type SettingValue } from './catalogue.ts'
import { fault } from './faults.ts'

const NAME = 'settings'

export function settingsPath(env: NodeJS.ProcessEnv): string {
  const config = env.XDG_CONFIG_HOME
  // The XDG base directory specification: a relative path in the variable is to be ignored.
  const base = config !== undefined && isAbsolute(config) ? config : join(homedir(), '.config')
  return join(base, 'kube-audit-exec', `${NAME}.json`)
}

/** All that was set; nothing where there is no file. @throws Fault KAE_SETTINGS_FILE_UNUSABLE */
export async function readSettings(env: NodeJS.ProcessEnv): Promise<Settings> {
  const path = settingsPath(env)
  return existsSync(path) ? (await open(path)).store : {}
}

/** For those who only prefer something: a file that cannot be used is a warning, and its settings are not there. */
export async function preferences(env: NodeJS.ProcessEnv, warn: (line: string) => void): Promise<Settings> {
  try {
    return await readSettings(env)
  } catch (error) {
    warn(`warning: ${error instanceof Error ? error.message : String(error)}`)
    return {}
  }
}

/** @throws Fault KAE_SETTINGS_FILE_UNUSABLE */
export async function changeSetting(
  env: NodeJS.ProcessEnv,
  name: SettingName,
  value: SettingValue | undefined,
): Promise<void> {
  const path = settingsPath(env)
  if (value === undefined && !existsSync(path)) return
  const file = await open(path)
  usable(path, () => (value === undefined ? file.delete(name) : file.set(name, value)))
}

export const settingOf = (settings: Settings, name: SettingName): SettingValue | undefined =>
  name === 'accessible' ? settings.accessible : settings.replay?.[name === 'replay.speed' ? 'speed' : 'idleLimit']

async function open(path: string): Promise<Conf<Settings>> {
  const { default: Store } = await import('conf')
  const { accessible, 'replay.speed': speed, 'replay.idleLimit': idleLimit } = SETTINGS
  return usable(
    path,
    () =>
      new Store<Settings>({
        cwd: dirname(path),
        configName: NAME,
        configFileMode: 0o600,
        schema: {
          accessible: accessible.schema,
          replay: { type: 'object', properties: { speed: speed.schema, idleLimit: idleLimit.schema } },
        },
      }),
  )
}

function usable<T>(path: string, use: () => T): T {
  try {
    return use()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fault('KAE_SETTINGS_FILE_UNUSABLE', { detail: `${path}: ${reason}`, cause })
  }
}
