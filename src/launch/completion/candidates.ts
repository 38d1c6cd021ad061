/** What may stand at the cursor. What has to be asked for comes from `Sources`. */
import { SETTING_NAMES, SETTINGS } from '../../settings/catalogue.ts'
import { TOPICS } from '../route.ts'
import type { Cursor, Manifest, ManifestFlag } from './grammar.ts'

export interface Candidate {
  readonly value: string
  readonly description?: string
}

/** What only a kubeconfig, a cluster or the recordings know. Each gives nothing where it cannot say. */
export interface Sources {
  contexts(): Promise<readonly Candidate[]>
  clusters(): Promise<readonly Candidate[]>
  kubeconfigUsers(): Promise<readonly Candidate[]>
  namespaces(): Promise<readonly Candidate[]>
  pods(): Promise<readonly Candidate[]>
  containers(pod: string | undefined): Promise<readonly Candidate[]>
  sessions(which: { readonly live: boolean }): Promise<readonly Candidate[]>
  /** Of the newest sessions: whoever may read them need not be one who may look at pods, and pods go. */
  recorded(name: RecordedName): Promise<readonly Candidate[]>
}

export type RecordedName = 'user' | 'namespace' | 'pod' | 'container'

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** Whether the shell is to offer files, or folders, where there are no candidates. */
  readonly files: 'none' | 'files' | 'folders'
}

const NOTHING: Completion = { candidates: [], files: 'none' }
const FILES: Completion = { candidates: [], files: 'files' }
const FOLDERS: Completion = { candidates: [], files: 'folders' }

export async function complete(cursor: Cursor, manifest: Manifest, sources: Sources): Promise<Completion> {
  const found = await everything(cursor, manifest, sources)
  const fitting = found.candidates.filter(({ value }) => value.startsWith(cursor.typed))
  // bash inserts what all candidates begin with: two of one name would put their description, somebody's text, on the line.
  return { ...found, candidates: [...new Map(fitting.map((each) => [each.value, each])).values()] }
}

async function everything(cursor: Cursor, manifest: Manifest, sources: Sources): Promise<Completion> {
  const { place, command } = cursor
  switch (place.type) {
    case 'command': {
      const commands = commandNames(place.topic, manifest)
      return offered(place.topic === '' ? [...commands, ...(await sources.pods())] : commands)
    }
    case 'flag':
      return offered(flagNames(command?.flags ?? {}))
    case 'value':
      return flagValues(place.of, cursor, sources)
    case 'remote':
      return FILES
    case 'word':
      return commandWords(cursor, sources)
  }
}

const offered = (candidates: readonly Candidate[]): Completion => ({ candidates, files: 'none' })

function commandNames(topic: string, { commands }: Manifest): Candidate[] {
  const prefix = topic === '' ? '' : `${topic}:`
  const below = Object.values(commands).filter(({ id, hidden }) => id.startsWith(prefix) && hidden !== true)
  const names = new Map<string, string>()
  for (const { id, summary = '' } of below) {
    const [name = '', ...deeper] = id.slice(prefix.length).split(':')
    names.set(name, deeper.length > 0 ? (TOPICS.get(name) ?? '') : summary)
  }
  const own = topic === '' ? [{ value: 'help', description: 'Help for any command.' }] : []
  return [...[...names].map(([value, description]) => ({ value, description })), ...own]
}

const flagNames = (flags: Readonly<Record<string, ManifestFlag>>): Candidate[] => [
  ...Object.values(flags)
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, description = '' }) => ({ value: `--${name}`, description })),
  { value: '--help', description: 'Help for this command' },
]

async function flagValues(flag: ManifestFlag, { command, words }: Cursor, sources: Sources): Promise<Completion> {
  if (flag.options !== undefined) return offered(flag.options.map((value) => ({ value })))
  const isExec = command?.id === 'exec'
  const recorded = (name: RecordedName) => (isExec ? [] : sources.recorded(name))
  switch (flag.name) {
    case 'context':
      return offered(await sources.contexts())
    case 'cluster':
      return offered(await sources.clusters())
    case 'kubeconfig-user':
      return offered(await sources.kubeconfigUsers())
    case 'user':
      return offered(isExec ? await sources.kubeconfigUsers() : await sources.recorded('user'))
    case 'namespace':
      return both(sources.namespaces(), recorded('namespace'))
    case 'pod':
      return both(sources.pods(), recorded('pod'))
    case 'container':
      return both(sources.containers(isExec ? words[0] : undefined), recorded('container'))
    case 'log':
    case 'log-dir':
      return FOLDERS
    default:
      return PATHS.has(flag.name) ? FILES : NOTHING
  }
}

const both = async (
  known: Promise<readonly Candidate[]>,
  more: Promise<readonly Candidate[]> | readonly Candidate[],
): Promise<Completion> => offered((await Promise.all([known, more])).flat())

const PATHS = new Set([
  'kubeconfig',
  'kuberc',
  'filename',
  'certificate-authority',
  'client-certificate',
  'client-key',
  // Where it names a format there are options, and they were offered.
  'output',
])

/** Commands that take a session, and whether it must be one that runs. */
const OF_SESSION: Readonly<Record<string, { readonly live: boolean }>> = {
  'sessions:show': { live: false },
  'sessions:log': { live: false },
  'sessions:verify': { live: false },
  'sessions:replay': { live: false },
  'sessions:export': { live: false },
  'sessions:watch': { live: true },
  'sessions:terminate': { live: true },
}

const LATEST: Candidate = { value: 'latest', description: 'The newest one' }

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

async function commandWords({ command, words, typed }: Cursor, sources: Sources): Promise<Completion> {
  const id = command?.id ?? ''
  if (id.startsWith('config:')) return offered(settingWords(id, words))
  if (words.length > 0) return NOTHING
  const which = OF_SESSION[id]
  // Beside the ids it would keep a shell from inserting what all of them begin with.
  if (which !== undefined && LATEST.value.startsWith(typed) && typed !== '') return offered([LATEST])
  if (which !== undefined) return offered(await sources.sessions(which))
  if (id === 'exec') return offered(await sources.pods())
  if (id === 'completion') return offered(SHELLS.map((value) => ({ value })))
  return NOTHING
}

function settingWords(id: string, words: readonly string[]): Candidate[] {
  const [name] = words
  if (name === undefined && id !== 'config:list')
    return SETTING_NAMES.map((value) => ({ value, description: SETTINGS[value].summary }))
  const isSwitch = id === 'config:set' && words.length === 1 && name === 'accessible'
  return isSwitch ? [{ value: 'true' }, { value: 'false' }] : []
}

/** cobra's ShellCompDirective, by which kubectl reads the answer of a plugin. */
const DIRECTIVES = { none: 4, files: 0, folders: 16 } as const

/** The answer as cobra's `__complete` gives it: a candidate a line with its description after a tab, then the directive. */
export function completionText({ candidates, files }: Completion): string {
  const lines = candidates.map(({ value, description }) =>
    description === undefined || description === '' ? value : `${value}\t${description}`,
  )
  const directive = candidates.length > 0 ? DIRECTIVES.none : DIRECTIVES[files]
  return `${[...lines, `:${directive}`].join('\n')}\n`
}
