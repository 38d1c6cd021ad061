import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const PLAYER_FAULTS = {
  KAE_PLAYER_NO_TERMINAL: {
    exit: 1,
    summary: 'a recording plays on a terminal, and this is none',
    next: 'Add --plain for lines in time, or use `sessions log ID` for all of it, or `sessions export ID` for a file.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(PLAYER_FAULTS)
