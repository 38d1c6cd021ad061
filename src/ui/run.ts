/** The door of this room: the screen, and in turn whatever it opens, until the person has had enough. */
import type { ConnectionFlags } from '../kube/flags.ts'
import { loadConnection } from '../kube/load.ts'
import type { ResolvedConnection } from '../kube/resolved.ts'
import { Fetching } from './fetching.ts'
import { openKeyboard } from './keyboard-terminal.ts'
import { loadScreen } from './load-screen.ts'
import { Opening } from './opening.ts'
import { initialState, type Leaving, type Notice, type Place } from './state/model.ts'
import { wanted } from './state/wanted.ts'
import { Store } from './store.ts'
import { firstFrame } from './view/first-frame.ts'
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
  const resolved = loadConnection(start.flags, { env: start.env })
  const { columns = 80, rows = 24 } = process.stdout
  const store = new Store(
    initialState({ place: placeOf(resolved), ...contextsOf(resolved), size: { columns, rows }, now: Date.now() }),
  )
  const opening = opensScreen(start)
    ? new Opening(process.stdout, firstFrame(store.get(), themeOf(start.env)))
    : undefined
  try {
    await fetched(start, store, opening)
  } finally {
    opening?.close()
  }
}

/** A terminal that cannot move its cursor is written to line by line. */
const opensScreen = ({ accessible, env }: UiStart): boolean => !accessible && env.TERM !== 'dumb'

/** With the first frame on the screen: what fetches is loaded before what draws, since answers take their time. */
async function fetched(start: UiStart, store: Store, opening: Opening | undefined): Promise<void> {
  const { ClusterSources } = await import('./sources/cluster-sources.ts')
  await using cluster = new ClusterSources(start)
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const fetching = new Fetching(cluster.sources, { emit: store.dispatch, failed: broken.reject })
  const look = (): void => fetching.want(wanted(store.get()), store.get().attempt)
  store.subscribe(look)
  look()
  const clock = setInterval(() => store.dispatch({ type: 'tick', now: Date.now() }), 1000)
  try {
    await Promise.race([converse(start, store, opening), broken.promise])
  } finally {
    clearInterval(clock)
    fetching.close()
  }
}

async function converse(start: UiStart, store: Store, opening: Opening | undefined): Promise<void> {
  const show = opening === undefined ? await plainly(store) : await onScreen(start, store, opening)
  for (;;) {
    const leaving = await show()
    if (leaving.to === 'quit') return
    const notice = await start.run(leaving)
    store.dispatch({ type: 'returned', ...(notice === undefined ? {} : { notice }) })
  }
}

type Show = () => Promise<Leaving>

async function plainly(store: Store): Promise<Show> {
  const { askLines } = await import('./plain/ask.ts')
  return () => withKeyboard(openKeyboard(), (stdin) => askLines(store, { stdin, stdout: process.stdout }))
}

async function onScreen({ env }: UiStart, store: Store, opening: Opening): Promise<Show> {
  const { showScreen } = await loadScreen()
  const theme = themeOf(env)
  const { stdout, stderr } = process
  let first: Opening | undefined = opening
  return () => {
    const [keyboard, opened] = [first?.keyboard ?? openKeyboard(), first]
    first = undefined
    const taken = opened && (() => opened.handOver())
    return withKeyboard(keyboard, (stdin) => showScreen({ store, theme }, { stdin, stdout, stderr, taken }))
  }
}

async function withKeyboard<Result>(
  keyboard: NodeJS.ReadStream,
  work: (stdin: NodeJS.ReadStream) => Promise<Result>,
): Promise<Result> {
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
