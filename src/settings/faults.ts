import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const SETTINGS_FAULTS = {
  KAE_SETTING_UNKNOWN: {
    exit: 1,
    summary: 'There is no such setting',
    next: 'See those that there are: kube-audit-exec config list',
  },
  KAE_SETTING_VALUE_INVALID: {
    exit: 1,
    summary: 'A setting cannot have this value',
    next: 'See what each setting takes: kube-audit-exec config list',
  },
  KAE_SETTINGS_FILE_UNUSABLE: {
    exit: 1,
    summary: 'The settings file cannot be used',
    next: 'Mend it or delete it: it holds preferences and nothing else.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(SETTINGS_FAULTS)
