/** Contexts, namespaces and containers to choose from. Their lines are typed into at once: nothing else is there to do. */
import { escapeText } from '../../recording/escape.ts'
import { emptyList, type List, selectedRow, withRows } from './list.ts'
import type { Choice, Notice, Picker, State } from './model.ts'
import { movedTo } from './places.ts'
import type { ContainerRow, PodRow } from './pod-row.ts'

const choice = (key: string, label: string, note = ''): Choice => ({
  key,
  label,
  note,
  words: `${label} ${note}`.toLowerCase(),
})

/** The cursor begins on what is in use. */
const listOf = (choices: readonly Choice[], current: string): List<Choice> => {
  const index = Math.max(
    0,
    choices.findIndex(({ key }) => key === current),
  )
  return withRows({ ...emptyList<Choice>(), key: choices[index]?.key, index }, choices)
}

export function contextPicker({ contexts, place }: State): Picker {
  const choices = contexts.map((name) => choice(name, escapeText(name), name === place.context ? 'current' : ''))
  return { kind: 'context', choices: listOf(choices, place.context) }
}

/** All namespaces have the empty name, as in the API's paths. */
export const namespaceChoices = (names: readonly string[], current: string): Choice[] => [
  choice('', 'all namespaces', current === '' ? 'current' : ''),
  ...names.map((name) => choice(name, escapeText(name), name === current ? 'current' : '')),
]

export function namespacePicker({ namespaces, place }: State): Picker {
  const known = namespaces.length > 0 || place.namespace === '' ? namespaces : [place.namespace]
  return { kind: 'namespace', choices: listOf(namespaceChoices(known, place.namespace), place.namespace) }
}

/** A pod with one container that runs is entered at once, one with several asks which. */
export function containerPicker(state: State): State {
  const pod = selectedRow(state.pods)
  if (pod === undefined) return state
  const [first, ...others] = pod.containers.filter(({ running }) => running)
  if (first === undefined) return { ...state, notice: nothingRuns(pod) }
  if (others.length === 0) return entering(state, pod, first.name)
  const choices = [first, ...others].map((container) => containerChoice(container, pod))
  return { ...state, picker: { kind: 'container', pod, choices: listOf(choices, pod.defaultContainer) } }
}

const nothingRuns = ({ name, status }: PodRow): Notice => ({
  tone: 'bad',
  words: `No container of ${escapeText(name)} runs: ${status}`,
})

function containerChoice({ name, state, role }: ContainerRow, { defaultContainer }: PodRow): Choice {
  const notes = [state, ...(role === undefined ? [] : [role]), ...(name === defaultContainer ? ['default'] : [])]
  return choice(name, escapeText(name), notes.join(', '))
}

function entering(state: State, { namespace, name }: PodRow, container: string): State {
  const place = { ...state.place, namespace }
  return { ...state, picker: undefined, leaving: { to: 'shell', place, pod: name, container } }
}

export function chosen(state: State, { kind, choices, pod }: Picker): State {
  const row = selectedRow(choices)
  const closed = { ...state, picker: undefined }
  if (kind === 'container') {
    return row === undefined || pod === undefined ? closed : entering(state, pod, row.key)
  }
  if (kind === 'context') {
    return row === undefined
      ? closed
      : movedTo(closed, { context: row.key, namespace: state.homes[row.key] ?? 'default' })
  }
  // A person who may not list namespaces can still name one.
  const typed = choices.filter.trim()
  const namespace = row?.key ?? typed
  return row === undefined && typed === '' ? closed : movedTo(closed, { ...state.place, namespace })
}
