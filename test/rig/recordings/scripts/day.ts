/** The set that was held back last: a working day. */
import type { Script } from '../script.ts'
import { DAY_PROGRAMS } from './day-programs.ts'
import { DAY_SHELLS } from './day-shells.ts'

export const DAY: readonly Script[] = [...DAY_SHELLS, ...DAY_PROGRAMS].map((script) => ({ ...script, heldBack: true }))
