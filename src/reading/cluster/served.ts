/** What a server may serve: more than an honest one could have made would be measured, cut and held by whatever shows it. */
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SearchHit } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { isCommand, isHit, isSession } from '../verify/session-shape.ts'

/**
 * What a session says comes from its open and its end record, of 64 KiB each, every character of which JSON may write as
 * six. The same holds for the command of an exec.
 */
const MOST_CHARACTERS = 1024 * 1024

export const isServedSession = (value: unknown): value is SessionObject =>
  isSession(value) && isVersion(value.metadata.resourceVersion) && JSON.stringify(value).length <= MOST_CHARACTERS

const isVersion = (value: unknown): boolean => value === undefined || typeof value === 'string'

export const isServedHit = (value: unknown): value is SearchHit => isHit(value) && isServedSession(value.session)

export const isServedCommand = (value: unknown): value is RecordedCommand =>
  isCommand(value) && wordsOf(value).length <= MOST_CHARACTERS

function wordsOf(command: RecordedCommand): string {
  if (command.type === 'hidden') return ''
  return command.type === 'command' ? command.line : command.name
}
