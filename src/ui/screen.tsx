/** Ink on a terminal, from the first frame until the state says that the screen leaves. */
import type { Writable } from 'node:stream'
import { render } from 'ink'
import { useSyncExternalStore } from 'react'
import { ScreenOutput } from './screen-output.ts'
import type { Leaving } from './state/model.ts'
import type { Store } from './store.ts'
import { App } from './view/app.tsx'
import { Keyboard } from './view/keyboard.tsx'
import type { Theme } from './view/theme.ts'

export interface ScreenStreams {
  /** Its own: Ink sets an encoding on it that cannot be undone, so no session may ever read from it. */
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** The alternate screen shows its first frame; this is called when Ink answers for it. */
  readonly taken?: (() => void) | undefined
}

interface ScreenProps {
  readonly store: Store
  readonly theme: Theme
}

function Screen({ store, theme }: ScreenProps) {
  const state = useSyncExternalStore(store.subscribe, store.get)
  return (
    <>
      <Keyboard onPress={(press) => store.dispatch({ type: 'press', press })} />
      <App state={state} theme={theme} />
    </>
  )
}

/** Resolves, with the terminal as it was, when the person wants to go somewhere else. */
export async function showScreen({ store, theme }: ScreenProps, streams: ScreenStreams): Promise<Leaving> {
  const { stdin, stderr, taken } = streams
  const stdout = new ScreenOutput(streams.stdout, { entered: taken !== undefined })
  const left = Promise.withResolvers<Leaving>()
  const look = (): void => {
    const { leaving } = store.get()
    if (leaving !== undefined) left.resolve(leaving)
  }
  const unsubscribe = store.subscribe(look)
  const resize = (): void => store.dispatch({ type: 'resized', size: { columns: stdout.columns, rows: stdout.rows } })
  stdout.on('resize', resize)
  resize()
  const instance = render(<Screen store={store} theme={theme} />, {
    stdin,
    stdout: stdout as Writable as NodeJS.WriteStream,
    stderr,
    exitOnCtrlC: false,
    patchConsole: false,
    // CI=true in the environment would keep Ink silent.
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 60,
  })
  taken?.()
  try {
    // A signal or a bug ends Ink from within.
    return await Promise.race([left.promise, instance.waitUntilExit().then((): Leaving => ({ to: 'quit' }))])
  } finally {
    unsubscribe()
    stdout.off('resize', resize)
    instance.unmount()
    await instance.waitUntilExit()
    stdout.destroy()
  }
}
