/** What a user can set once for all. Preferences alone: nothing here changes what is recorded, or where. Pure. */
import { fault } from './faults.ts'

export interface Settings {
  /** Numbered lines in place of screens that are painted over. */
  readonly accessible?: boolean
  readonly replay?: {
    /** How many times as fast as it was. */
    readonly speed?: number
    /** Seconds: pauses are no longer than this. */
    readonly idleLimit?: number
  }
}

interface SettingDefinition {
  readonly summary: string
  readonly takes: string
  /** JSON Schema: it stands for the file as well, which people write by hand. */
  readonly schema:
    | { readonly type: 'boolean' }
    | { readonly type: 'number'; readonly minimum: number; readonly maximum: number }
}

export const SETTINGS = {
  accessible: {
    summary: 'Numbered lines instead of screens that are painted over, as ACCESSIBLE=1 has it',
    takes: 'true or false',
    schema: { type: 'boolean' },
  },
  'replay.speed': {
    summary: 'How fast sessions are replayed where --speed does not say',
    takes: 'a number from 0.01 to 1000',
    schema: { type: 'number', minimum: 0.01, maximum: 1000 },
  },
  'replay.idleLimit': {
    summary: 'How long a pause is at most in a replay where --idle-limit does not say',
    takes: 'seconds, from 0 to 86400',
    schema: { type: 'number', minimum: 0, maximum: 86_400 },
  },
} as const satisfies Record<string, SettingDefinition>

export type SettingName = keyof typeof SETTINGS
export type SettingValue = boolean | number

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[]

const isSetting = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

/** @throws Fault KAE_SETTING_UNKNOWN */
export function settingNamed(name: string): SettingName {
  if (isSetting(name)) return name
  throw fault('KAE_SETTING_UNKNOWN', { detail: `${name}; there are ${SETTING_NAMES.join(', ')}` })
}

/** What a person typed, as the setting has it. @throws Fault KAE_SETTING_VALUE_INVALID */
export function parseSetting(name: SettingName, text: string): SettingValue {
  const { schema, takes } = SETTINGS[name]
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const number = Number(text)
  if (schema.type === 'number' && text.trim() !== '' && number >= schema.minimum && number <= schema.maximum)
    return number
  throw fault('KAE_SETTING_VALUE_INVALID', { detail: `${name} takes ${takes}, not ${JSON.stringify(text)}` })
}
