/** A set that was held back: as it is typed at three in the morning. */
import type { Script } from '../script.ts'
import { NIGHT_BASH } from './night-bash.ts'
import { NIGHT_PROGRAMS } from './night-programs.ts'
import { NIGHT_PROMPTS } from './night-prompts.ts'
import { NIGHT_SHELLS } from './night-shells.ts'

export const NIGHT: readonly Script[] = [...NIGHT_BASH, ...NIGHT_SHELLS, ...NIGHT_PROMPTS, ...NIGHT_PROGRAMS].map(
  (script) => ({ ...script, heldBack: true }),
)
