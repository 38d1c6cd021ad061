/** The door of this room: the screen, and in turn whatever it opens, until the person has had enough. */
import type { ConnectionFlags } from '../kube/flags.ts'
import { loadConnection } from '../kube/load.ts'
import type { ResolvedConnection } from '../kube/resolved.ts'
import { Fetching } from './fetching.ts'
import { openKeyboard } from './keyboard-terminal.ts'
import { loadScreen } from './load-screen.ts'
import { ClusterSources } from './sources/cluster-sources.ts'
import { initialState, type Leaving, type Notice, type Place } from './state/model.ts'
import { wanted } from './state/wanted.ts'
import { Store } from './store.ts'
import { themeOf } from './view/theme.ts'

/** Something that has the terminal for itself while it runs. */
export type Errand = Exclude<Leaving, { readonly to: 'quit' }>

export interface UiStart {
  readonly flags: ConnectionFlags
  readonly env: NodeJS.ProcessEnv
  readonly version: string
  /** Numbered lines and questions in place of a screen. */
  readonly accessible: boolean
  /** Runs an errand to its end, with the whole terminal, and says what it came to. */
  readonly run: (errand: Errand) => Promise<Notice | undefined>
}

/** @throws Fault KAE_UI_NO_TERMINAL, KAE_KUBE_* for a kubeconfig that cannot be read */
export async function runUi(start: UiStart): Promise<void> {
  const { flags, env } = start
  const resolved = loadConnection(flags, { env })
  await using cluster = new ClusterSources(start)
  const store = new Store(
    initialState({
      place: placeOf(resolved),
      ...contextsOf(resolved),
      size: { columns: 80, rows: 24 },
      now: Date.now(),
    }),
  )
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const fetching = new Fetching(cluster.sources, { emit: store.dispatch, failed: broken.reject })
  const look = (): void => fetching.want(wanted(store.get()), store.get().attempt)
  store.subscribe(look)
  look()
  const clock = setInterval(() => store.dispatch({ type: 'tick', now: Date.now() }), 1000)
  try {
    await Promise.race([converse(start, store), broken.promise])
  } finally {
    clearInterval(clock)
    fetching.close()
  }
}

async function converse(start: UiStart, store: Store): Promise<void> {
  const show = await shower(start, store)
  for (;;) {
    const leaving = await show()
    if (leaving.to === 'quit') return
    const notice = await start.run(leaving)
    store.dispatch({ type: 'returned', ...(notice === undefined ? {} : { notice }) })
  }
}

async function shower({ env, accessible }: UiStart, store: Store): Promise<() => Promise<Leaving>> {
  // A terminal that cannot move its cursor is written to line by line.
  if (accessible || env.TERM === 'dumb') {
    const { askLines } = await import('./plain/ask.ts')
    return () => withKeyboard((stdin) => askLines(store, { stdin, stdout: process.stdout }))
  }
  const { showScreen } = await loadScreen()
  const theme = themeOf(env)
  const { stdout, stderr } = process
  return () => withKeyboard((stdin) => showScreen({ store, theme }, { stdin, stdout, stderr }))
}

async function withKeyboard<Result>(work: (stdin: NodeJS.ReadStream) => Promise<Result>): Promise<Result> {
  const keyboard = openKeyboard()
  try {
    return await work(keyboard)
  } finally {
    // What is typed from now on is for whoever comes next.
    keyboard.destroy()
  }
}

const placeOf = ({ contextName, namespace }: ResolvedConnection): Place => ({ context: contextName, namespace })

function contextsOf({ kubeconfig: { contexts } }: ResolvedConnection) {
  const homes = [...contexts].map(([name, { namespace }]) => [name, namespace ?? 'default'] as const)
  return { contexts: [...contexts.keys()].sort(), homes: Object.fromEntries(homes) }
}
