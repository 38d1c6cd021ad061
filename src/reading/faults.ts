import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'
import { SESSION_NOT_FOUND } from '../protocol/session-not-found.ts'

const LIST_THEM = 'Copy one from `kube-audit-exec sessions list`.'

export const READING_FAULTS = {
  KAE_SESSION_ID_INVALID: {
    exit: 1,
    summary: 'this is not a session id',
    next: `${LIST_THEM} Its first characters are enough, and \`latest\` is the newest.`,
  },
  KAE_SESSION_ID_AMBIGUOUS: {
    exit: 1,
    summary: 'several session ids begin like this',
    next: 'Give more of its characters.',
  },
  KAE_MOMENT_INVALID: {
    exit: 1,
    summary: 'this is not a moment of a session',
    next: 'Write the time after an @: ID@83.2 (seconds), ID@1m23s or ID@1:23.',
  },
  KAE_SESSION_NOT_FOUND: SESSION_NOT_FOUND,
  KAE_LOGS_NOT_FOUND: {
    exit: 1,
    summary: 'there is no log in this folder',
    next: 'Name a folder with --log that is a log, or that holds some.',
  },
  KAE_VERIFICATION_FAILED: {
    exit: 1,
    summary: 'a log is not what was written',
    next: 'Keep a copy of it as evidence, and compare it with a backup.',
  },
  KAE_REINDEX_INCOMPLETE: {
    exit: 1,
    summary: 'not everything could be read again',
    next: 'Look at the warnings above; `kube-audit-exec sessions verify --local` says where a log is damaged.',
  },
  KAE_READING_FLAGS: {
    exit: 1,
    summary: 'these flags contradict each other',
    next: 'Leave one of them out.',
  },
  KAE_READING_VALUE_INVALID: {
    exit: 1,
    summary: 'a value cannot be used',
    next: 'Add --help to the command to see what it takes.',
  },
  KAE_READING_UNREACHABLE: {
    exit: 1,
    summary: 'the cluster cannot be asked for its recordings',
    next: 'Check the connection, or read what was recorded on this machine: add --local',
  },
  KAE_READING_UNAVAILABLE: {
    exit: 1,
    summary: 'the cluster has recordings, but the server that keeps them does not answer',
    next: 'Look at its pods: kubectl -n kube-audit-exec get pods. Of this machine’s own recordings: add --local',
  },
  KAE_READING_FORBIDDEN: {
    exit: 1,
    summary: 'you may not read this',
    next: 'Ask for the ClusterRole audit-exec-auditor (recordings) or audit-exec-viewer (lists) in this namespace.',
  },
  KAE_READING_ANSWER_INVALID: {
    exit: 1,
    summary: 'the server’s answer is not what it should be',
    next: 'Compare the versions of the program and of the server: kube-audit-exec version',
  },
  KAE_READING_CUT: {
    exit: 1,
    summary: 'the recording was not sent to its end',
    next: 'Try again; what was printed so far is not all of it.',
  },
  KAE_READING_CHAIN_BROKEN: {
    exit: 1,
    summary: 'the records that were served are not one unbroken chain',
    next: 'Somebody changed, left out or reordered records. Keep what you have as evidence, and verify the log where it is kept.',
  },
  KAE_RAW_ON_TERMINAL: {
    exit: 1,
    summary: 'raw recorded bytes could take over this terminal',
    next: 'Send them to a file or a pipe (> FILE), or look at them with `sessions replay`.',
  },
  KAE_TERMINATE_UNCONFIRMED: {
    exit: 1,
    summary: 'the session was not ended, since nobody confirmed it',
    next: 'Answer the question with yes, or add --yes.',
  },
  KAE_TERMINATE_NOT_HERE: {
    exit: 1,
    summary: 'only a cluster’s sessions can be ended from elsewhere',
    next: 'A session that this machine records ends with the program that runs it.',
  },
  KAE_TERMINATE_REFUSED: {
    exit: 1,
    summary: 'the session was not ended',
    next: 'Read the reason above; `kube-audit-exec sessions show ID` says what state it is in.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(READING_FAULTS)
