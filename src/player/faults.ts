import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const PLAYER_FAULTS = {
  KAE_PLAYER_NO_TERMINAL: {
    exit: 1,
    summary: 'A recording plays on a terminal that can be painted on, and stdin or stdout is none',
    next: 'Add --plain for lines in time, or use `sessions log ID` for all of it, or `sessions export ID` for a file.',
  },
  KAE_PLAYER_FLAGS: {
    exit: 1,
    summary: 'This is no speed or time',
    next: 'Give --speed a number such as 0.5 or 4, and --idle-limit seconds, such as 2.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(PLAYER_FAULTS)
