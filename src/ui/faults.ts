import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const UI_FAULTS = {
  KAE_UI_NO_TERMINAL: {
    exit: 1,
    summary: 'The screen needs a terminal',
    next: 'Start it on a terminal, or use the commands: kube-audit-exec --help',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(UI_FAULTS)
