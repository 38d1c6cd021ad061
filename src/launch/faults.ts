import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

const SEE_HELP = 'See `kube-audit-exec exec --help` for all flags.'

/** What can be wrong with a command line. kubectl exits with 1 for all of these, and so do we. */
export const LAUNCH_FAULTS = {
  KAE_FLAG_UNKNOWN: { exit: 1, summary: 'There is no such flag', next: SEE_HELP },
  KAE_FLAG_SYNTAX: { exit: 1, summary: 'This is not how a flag is written', next: SEE_HELP },
  KAE_FLAG_VALUE_MISSING: { exit: 1, summary: 'A flag needs a value', next: SEE_HELP },
  KAE_FLAG_VALUE_INVALID: { exit: 1, summary: 'A flag has a value that cannot be used', next: SEE_HELP },
  KAE_FLAGS_CONFLICT: { exit: 1, summary: 'Two flags contradict each other', next: 'Leave one of them out.' },
  KAE_USAGE: {
    exit: 1,
    summary: 'The command line is not right',
    next: 'Add --help to the command to see how it is used.',
  },
  KAE_SANDBOX_UNPROVEN: {
    exit: 1,
    summary: 'The sandbox did not prove what it should',
    next: 'Please report it with all the lines above: this is a bug of kube-audit-exec.',
  },
  KAE_EXEC_TARGET_MISSING: {
    exit: 1,
    summary: 'Pod, type/name or --filename must be specified',
    next: 'Name the pod: kube-audit-exec -it POD -- sh',
  },
  KAE_EXEC_COMMAND_MISSING: {
    exit: 1,
    summary: 'Without a terminal a command must be specified',
    next: 'Say what to run after two dashes: kube-audit-exec POD -- COMMAND',
  },
  KAE_EXEC_DASHES_MISSING: {
    exit: 1,
    summary: 'The command must stand after two dashes',
    next: 'Put -- before the command: kube-audit-exec POD -- COMMAND',
  },
  KAE_EXEC_WORDS_UNEXPECTED: {
    exit: 1,
    summary: 'Only one pod can be named, and nothing else before the two dashes',
    next: 'Write: kube-audit-exec POD -- COMMAND',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(LAUNCH_FAULTS)
