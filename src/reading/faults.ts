import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'
import { SESSION_NOT_FOUND } from '../protocol/session-not-found.ts'

export const READING_FAULTS = {
  KAE_SESSION_ID_INVALID: {
    exit: 1,
    summary: 'This is not a session id',
    next: 'Copy one from `kube-audit-exec sessions list`. Its first characters are enough, and `latest` is the newest.',
  },
  KAE_SESSION_ID_AMBIGUOUS: {
    exit: 1,
    summary: 'Several session ids begin like this',
    next: 'Give more of its characters.',
  },
  KAE_MOMENT_INVALID: {
    exit: 1,
    summary: 'This is not a moment of a session',
    next: 'Write the time after an @: ID@83.2 (seconds), ID@1m23s or ID@1:23.',
  },
  KAE_SESSION_NOT_FOUND: SESSION_NOT_FOUND,
  KAE_LOGS_NOT_FOUND: {
    exit: 1,
    summary: 'There is no log in this folder',
    next: 'Name a folder with --log that is a log, or that holds some.',
  },
  KAE_VERIFICATION_FAILED: {
    exit: 1,
    summary: 'A log is not what was written',
    next: 'Keep a copy of it as evidence, and compare it with a backup.',
  },
  KAE_VERIFICATION_INCOMPLETE: {
    exit: 1,
    summary: 'Not everything could be checked',
    next: 'Make what is named above readable (rights, a whole copy, a newer program), and verify again.',
  },
  KAE_REINDEX_INCOMPLETE: {
    exit: 1,
    summary: 'Not everything could be read again',
    next: 'Look at the warnings above. Where a log is damaged: kube-audit-exec sessions verify --local',
  },
  KAE_READING_FLAGS: {
    exit: 1,
    summary: 'These flags contradict each other',
    next: 'Leave one of them out.',
  },
  KAE_READING_VALUE_INVALID: {
    exit: 1,
    summary: 'A value cannot be used',
    next: 'Add --help to the command to see what it takes.',
  },
  KAE_READING_UNREACHABLE: {
    exit: 1,
    summary: 'The cluster cannot be asked for its recordings',
    next: 'Check the connection, or add --local to read what was recorded on this machine.',
  },
  KAE_READING_UNAVAILABLE: {
    exit: 1,
    summary: 'The cluster has recordings, but the server that keeps them does not answer',
    next: 'Add --local to read what this machine recorded, or look at the server’s pods: kubectl -n kube-audit-exec get pods',
  },
  KAE_READING_FORBIDDEN: {
    exit: 1,
    summary: 'You may not read this',
    next: 'Ask for the ClusterRole audit-exec-auditor (recordings) or audit-exec-viewer (lists) in this namespace.',
  },
  KAE_READING_ANSWER_INVALID: {
    exit: 1,
    summary: 'The server’s answer is not what it should be',
    next: 'Compare the versions of the server and of this program: kube-audit-exec --version',
  },
  KAE_READING_CUT: {
    exit: 1,
    summary: 'The recording was not sent to its end',
    next: 'Try again: what was printed so far is not all of it.',
  },
  KAE_READING_CHAIN_BROKEN: {
    exit: 1,
    summary: 'The records that were served are not one unbroken chain',
    next: 'Keep what you have as evidence, and verify the log where it is kept: somebody changed, left out or reordered records.',
  },
  KAE_RAW_ON_TERMINAL: {
    exit: 1,
    summary: 'Raw recorded bytes could take over this terminal',
    next: 'Send them to a file or a pipe (> FILE), or look at them with `sessions replay`.',
  },
  KAE_TERMINATE_UNCONFIRMED: {
    exit: 1,
    summary: 'The session was not ended, since nobody confirmed it',
    next: 'Answer the question with yes, or add --yes.',
  },
  KAE_TERMINATE_NOT_HERE: {
    exit: 1,
    summary: 'Only a cluster’s sessions can be ended from elsewhere',
    next: 'End the program that runs the session: what this machine records ends with it.',
  },
  KAE_TERMINATE_REFUSED: {
    exit: 1,
    summary: 'The session was not ended',
    next: 'Read the reason above. What state it is in: kube-audit-exec sessions show ID',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(READING_FAULTS)
