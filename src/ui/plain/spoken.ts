/** The state in sentences, one thing a line. Pure. */
import { escapeText } from '../../recording/escape.ts'
import type { Row } from '../state/list.ts'
import type { HitRow, Picker, Recording, SessionRow, State } from '../state/model.ts'
import type { PodRow } from '../state/pod-row.ts'
import { commandOf, stateOf, targetOf, whoOf } from '../state/session-row.ts'
import { counted } from '../text.ts'
import { type KeyNames, placardOf } from '../view/placards.ts'
import { NOUNS, namespaceWords, shownOf } from '../view/words.ts'

export interface Item {
  readonly key: string
  readonly words: string
}

/** What is typed here in place of a key. */
export const TYPED_KEYS: KeyNames = {
  again: 'Enter',
  back: 'b',
  clear: 'f alone',
  output: 'o TEXT',
  open: 'the number of one',
}

const TITLES = { pods: 'Pods', recent: 'Recent sessions', live: 'Sessions that run now' } as const

function titleOf(state: State): string {
  if (state.screen !== 'search') return TITLES[state.screen]
  const text = state.searchText.trim()
  const where = state.searchOutput ? 'Commands and output' : 'Commands'
  return text === '' ? where : `${where} with ${escapeText(text)}`
}

/** How much there is to listen to, and whether that is all. */
export function countLine(state: State): readonly string[] {
  const { list } = shownOf(state)
  const all = list.rows.length
  if (list.filter !== '') {
    const words = escapeText(list.filter)
    return [`Only those with ${words}: ${list.visible.length} of ${all}. f alone shows everything again.`]
  }
  return list.visible.length === 0 ? [] : [`${counted(all, NOUNS[state.screen])}.`]
}

/** A picker's question. */
export const questionOf = ({ kind, pod }: Picker): string =>
  `Choose a ${kind}${pod === undefined ? '' : ` in ${escapeText(pod.name)}`}.`

export const placeLine = (state: State): string => {
  const { place, recording } = state
  return `${titleOf(state)}. Context ${escapeText(place.context) || 'none'}, ${
    place.namespace === '' ? 'all namespaces' : `namespace ${escapeText(namespaceWords(place.namespace))}`
  }. ${recordingLine(recording)}`
}

function recordingLine({ collector, required, allowed }: Recording): string {
  if (allowed === 'no') return 'You may not exec here.'
  switch (collector) {
    case 'yes':
      return `Sessions are recorded in the cluster${required === 'yes' ? ', and refused without a record' : ''}.`
    case 'no':
      return 'Sessions are recorded on this machine only.'
    case 'broken':
      return 'The collector of this cluster does not answer.'
    case 'unknown':
      return 'Whether sessions are recorded in the cluster is unknown.'
  }
}

/** All that the list on the screen has, or why it has nothing. */
export function itemsOf(state: State): { readonly items: readonly Item[]; readonly nothing: readonly string[] } {
  const placard = placardOf(state, TYPED_KEYS)
  const nothing = placard === undefined ? [] : [placard.title, ...(placard.lines ?? [])]
  switch (state.screen) {
    case 'pods':
      return { items: said(state.pods.visible, (row) => podWords(row, state)), nothing }
    case 'recent':
      return { items: said(state.recent.visible, (row) => sessionWords(row, state.now)), nothing }
    case 'live':
      return { items: said(state.live.visible, (row) => sessionWords(row, state.now)), nothing }
    case 'search':
      return { items: said(state.hits.visible, hitWords), nothing }
  }
}

export const choicesOf = ({ choices }: Picker): readonly Item[] =>
  said(choices.visible, ({ label, note }) => (note === '' ? label : `${label}, ${note}`))

const said = <R extends Row>(rows: readonly R[], words: (row: R) => string): readonly Item[] =>
  rows.map((row) => ({ key: row.key, words: words(row) }))

function podWords({ namespace, name, status, ready, total, restarts, created }: PodRow, { now, place }: State): string {
  const where = place.namespace === '' ? ` in ${escapeText(namespace)}` : ''
  const again = restarts === 0 ? '' : `, ${counted(restarts, 'restart')}`
  return `${escapeText(name)}${where}, ${status}, ${ready} of ${total} ready${again}, ${spokenAge(now - created)} old`
}

const sessionWords = ({ session }: SessionRow, now: number): string =>
  `${whoOf(session)} in ${targetOf(session)}, ${stateOf(session)}, ${spokenAge(now - Date.parse(session.status.startTime))} ago, ${commandOf(session)}`

const hitWords = ({ hit }: HitRow): string =>
  `${escapeText(hit.line)}, by ${whoOf(hit.session)} in ${targetOf(hit.session)}`

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** `5 minutes`: no abbreviation, since it is read aloud. */
export function spokenAge(millis: number): string {
  if (Number.isNaN(millis)) return 'unknown time'
  const seconds = Math.max(0, Math.floor(millis / 1000))
  const unit = UNITS.find(([, length]) => seconds >= length * 2)
  return unit === undefined ? counted(seconds, 'second') : counted(Math.floor(seconds / unit[1]), unit[0])
}
