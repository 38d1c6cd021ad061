import type { ExecTarget, RequestedTarget } from '../../src/protocol/session.ts'
import type { DenyReason } from './decide.ts'
import { commandInstead } from './instead.ts'

export type DenialReason =
  | DenyReason
  /** The log did not take the decision. */
  | 'not-recorded'
  | 'session-lost'
  /** One uid, two requests: somebody makes them up. */
  | 'uid-reused'
  /** More exempt requests than people make. */
  | 'too-many'
  | 'unknown'

const WORDS: Readonly<Record<DenialReason, string>> = {
  'dry-run': 'a dry run admits no exec',
  attach: 'attaching to a container’s input is not recorded, so it is not allowed here',
  'no-session': 'commands in containers are recorded here, and this one has no open session',
  'session-differs': 'your open session is for another command',
  'session-used': 'your session has admitted its one exec already',
  'not-recorded': 'the decision could not be recorded, so nothing may run; try again in a minute',
  'session-lost': 'the session’s stream closed before the exec began',
  'uid-reused': 'this request’s uid was used for another request before',
  'too-many': 'too many requests of exempt users in a few seconds; try again in a minute',
  unknown: 'this request is not understood',
}

/** What a denied user reads: why, and what to run instead. */
export function denialMessage(reason: DenialReason, target?: RequestedTarget, differs?: keyof ExecTarget): string {
  const why = `${WORDS[reason]}${differs === undefined ? '' : ` (it differs in: ${differs})`}`
  if (target === undefined || reason === 'dry-run') return why
  const instead = reason === 'attach' ? { ...target, command: ['sh'] } : target
  return `${why}. Run: ${commandInstead(instead)}`
}
