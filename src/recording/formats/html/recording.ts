import type { RecordedCommand } from '../../../protocol/recorded-command.ts'
import { asciicastV2Dialect } from '../asciicast-v2.ts'
import { CastEncoder } from '../cast.ts'
import type { CastEvent, CastOptions } from '../cast-events.ts'
import type { Encoder } from '../format.ts'
import { escapeScriptJson } from './escape-html.ts'
import type { PageMarker } from './page.ts'

export interface PageRecording extends Encoder {
  /** Those so far, as the player will number them. */
  readonly markers: readonly PageMarker[]
  /** Whether there is anything to play. */
  readonly hasEvents: boolean
}

/** The recording as the player reads it, asciicast v2, which remembers its markers for the list beside the player. */
export function pageRecording(options: CastOptions): PageRecording {
  const markers: PageMarker[] = []
  let hasEvents = false
  const event = (each: CastEvent): string | undefined => {
    if (each.code === 'm') markers.push({ time: each.time, label: each.data, note: noteOf(each.command) })
    else hasEvents ||= each.code === 'o' || each.code === 'i'
    return asciicastV2Dialect.event(each)
  }
  const encoder = new CastEncoder({ ...asciicastV2Dialect, event }, { ...options, lossMarkers: false })
  return {
    markers,
    get hasEvents() {
      return hasEvents
    },
    get losses() {
      return encoder.losses
    },
    start: (session) => escapeScriptJson(encoder.start(session)),
    record: (record) => escapeScriptJson(encoder.record(record)),
    finish: () => escapeScriptJson(encoder.finish()),
  }
}

/** How sure its line is, and what became of it. */
function noteOf(command: RecordedCommand | undefined): string {
  if (command === undefined || command.type === 'hidden') return ''
  if (command.type === 'program') {
    return command.durationMs === undefined ? '' : `for ${(command.durationMs / 1000).toFixed(1)} s`
  }
  const words = command.source === 'typed' ? ['as typed'] : []
  if (command.doubts.length > 0) words.push(`uncertain: ${command.doubts.join(', ')}`)
  if (command.exitCode !== undefined && command.exitCode !== 0) words.push(`exit status ${command.exitCode}`)
  return words.join('; ')
}
