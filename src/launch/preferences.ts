/** What this user prefers, where neither a flag nor the environment says. */
import { escapeText } from '../recording/escape.ts'
import type { Settings } from '../settings/catalogue.ts'
import { preferences } from '../settings/settings-file.ts'

export const userPreferences = (): Promise<Settings> =>
  preferences(process.env, (line) => void process.stderr.write(`${escapeText(line)}\n`))

/** A screen reader's user says so once, for every program (ACCESSIBLE is charm.sh's and gh's word for it). */
export const wantsLines = ({ ACCESSIBLE }: NodeJS.ProcessEnv, { accessible = false }: Settings): boolean =>
  ACCESSIBLE ? ACCESSIBLE !== '0' : accessible
