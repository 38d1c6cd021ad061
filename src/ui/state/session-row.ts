/** Recorded sessions and what was found in them, as lines. Pure; every word of a record is escaped. */
import type { SearchHit } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { escapeText } from '../../recording/escape.ts'
import { commandName, stateName } from '../../recording/wording.ts'
import type { HitRow, SessionRow } from './model.ts'

/** A name for which nobody vouches says so wherever it is shown (I2). */
export const whoOf = ({ spec }: SessionObject): string =>
  spec.authentication === 'request-header'
    ? escapeText(spec.user.username)
    : `${escapeText(spec.user.username)} (unverified)`

export const targetOf = ({ metadata, spec }: SessionObject): string =>
  escapeText(`${metadata.namespace}/${spec.target.pod}/${spec.target.container}`)

/** Where all are of one namespace, its name says nothing: the screen's first line has it. */
export const targetIn = (session: SessionObject, namespace: string): string =>
  session.metadata.namespace === namespace
    ? escapeText(`${session.spec.target.pod}/${session.spec.target.container}`)
    : targetOf(session)

export const commandOf = ({ spec }: SessionObject): string => commandName(spec.target.command)

export const stateOf = ({ status }: SessionObject): string => stateName(status)

export function sessionRow(session: SessionObject): SessionRow {
  const words = [whoOf(session), targetOf(session), stateOf(session), commandOf(session), session.metadata.name]
  return { key: session.metadata.name, words: words.join(' ').toLowerCase(), session }
}

export function hitRow(hit: SearchHit, index: number): HitRow {
  const words = [escapeText(hit.line), whoOf(hit.session), targetOf(hit.session)]
  return { key: `${hit.session.metadata.name}@${hit.elapsed}#${index}`, words: words.join(' ').toLowerCase(), hit }
}

/** The place in its session where something was found: an id that every command takes. Whole tenths, never too late. */
export const momentOf = ({ session, elapsed }: SearchHit): string =>
  `${session.metadata.name}@${Math.floor(elapsed / 100_000) / 10}`
