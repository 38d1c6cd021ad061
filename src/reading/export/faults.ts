import { type FaultDefinition, faultsOf } from '../../protocol/fault.ts'

export const EXPORT_FAULTS = {
  KAE_EXPORT_FORMAT_UNKNOWN: {
    exit: 1,
    summary: 'The name of this file does not say which format it is to have',
    next: 'Name one with --format, or let the file end in .cast, .json, .txt, .html or .typescript.',
  },
  KAE_EXPORT_NEEDS_FILE: {
    exit: 1,
    summary: 'This format cannot go there',
    next: 'Name a file with -o.',
  },
  KAE_EXPORT_EXISTS: {
    exit: 1,
    summary: 'There is such a file already',
    next: 'Name another one, or replace it with --force.',
  },
  KAE_EXPORT_NOT_A_FILE: {
    exit: 1,
    summary: 'This is not a file that could be replaced',
    next: 'Name a new file with -o, or leave -o out and redirect the output.',
  },
  KAE_EXPORT_WRITE_FAILED: {
    exit: 1,
    summary: 'The file cannot be written',
    next: 'Check the folder, its permissions and the room on the disk. Nothing was left behind.',
  },
  KAE_EXPORT_FLAGS: {
    exit: 1,
    summary: 'This format has no place for what a flag asks',
    next: 'Leave the flag out, or choose another format.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(EXPORT_FAULTS)
