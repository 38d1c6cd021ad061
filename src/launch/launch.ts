/** The door of the program. Its fast paths load nothing that they do not need: see docs/decisions/0001. */
import { dirname } from 'node:path'
import { describeFault, isFault } from '../protocol/fault.ts'
import { printable } from '../protocol/printable.ts'
import { versionLine } from './program.ts'
import { routeOf } from './route.ts'

/** Runs the program and ends the process with its exit status. @param processArgv node, this program, arguments */
export async function launch(processArgv: readonly string[]): Promise<never> {
  const status = await statusOf(processArgv)
  // stdout may be a pipe whose reader is slow: what was written must arrive before the process ends.
  await Promise.all([drained(process.stdout), drained(process.stderr)])
  process.exit(status)
}

async function statusOf(processArgv: readonly string[]): Promise<number> {
  try {
    return await dispatch(processArgv)
  } catch (error) {
    if (isFault(error)) {
      // Words of the cluster, of files and of the command line may stand in it.
      process.stderr.write(`${printable(describeFault(error))}\n`)
      return error.exit
    }
    process.stderr.write(
      `error: This is a bug of kube-audit-exec, please report it:\n${printable(inspectBug(error))}\n`,
    )
    return 1
  }
}

async function dispatch([, path = '', ...argv]: readonly string[]): Promise<number> {
  const route = routeOf(argv)
  switch (route.to) {
    case 'version':
      process.stdout.write(`${versionLine()}\n`)
      return 0
    case 'exec': {
      const { exec } = await import('./exec.ts')
      return (await exec(route.argv)) ?? (await runCommands(path, ['exec', '--help']))
    }
    case 'ui': {
      const { onTerminal, ui } = await import('./ui.ts')
      if (!onTerminal()) return await runCommands(path, ['--help'])
      const { userPreferences, wantsLines } = await import('./preferences.ts')
      return await ui({ flags: {}, accessible: wantsLines(process.env, await userPreferences()) })
    }
    case 'complete': {
      const { answerCompletion } = await import('./complete.ts')
      await answerCompletion(dirname(import.meta.dirname), route.argv)
      return 0
    }
    case 'commands':
      return await runCommands(path, route.argv)
  }
}

async function runCommands(path: string, argv: readonly string[]): Promise<number> {
  const [commands, { avoidHangAtExit }] = await Promise.all([import('./commands.ts'), import('../session/compiler.ts')])
  avoidHangAtExit()
  // In the package this code is dist/launch.mjs.
  return await commands.runCommands({ root: dirname(import.meta.dirname), path }, argv)
}

const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve()
    else stream.write('', () => resolve())
  })

const inspectBug = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
