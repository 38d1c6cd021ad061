import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const SETTINGS_FAULTS = {
  KAE_SETTING_UNKNOWN: {
    exit: 1,
    summary: 'there is no such setting',
    next: 'See `kube-audit-exec config list` for those that there are.',
  },
  KAE_SETTING_VALUE_INVALID: {
    exit: 1,
    summary: 'a setting cannot have this value',
    next: 'See `kube-audit-exec config list` for what each setting takes.',
  },
  KAE_SETTINGS_FILE_UNUSABLE: {
    exit: 1,
    summary: 'the settings file cannot be used',
    next: 'Mend it or delete it: it holds preferences and nothing else.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(SETTINGS_FAULTS)
