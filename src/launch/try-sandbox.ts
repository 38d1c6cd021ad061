/** The sandbox as a person meets it: a cluster in this process, one audited session in it, and the record of that. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import { stateFolder } from '../collector/state-folder.ts'
import type { ChosenLibrary } from '../reading/choose-library.ts'
import { shortId } from '../reading/print/session-columns.ts'
import { printLog } from '../reading/print-log.ts'
import { resolveSession } from '../reading/resolve-session.ts'
import { verifySessions } from '../reading/verify/verify-sessions.ts'
import { SANDBOX_NOTICE, type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { PROGRAM } from '../session/program.ts'
import { runExec } from '../session/run-exec.ts'
import { processTerminal, type Terminal } from '../session/terminal.ts'
import { fault } from './faults.ts'
import { parseExec } from './parse-exec.ts'
import { settleTerminal } from './terminal.ts'
import { openChosenLibrary, standardOutput } from './this-process.ts'

/** What is typed where nobody is there to type. The last line shows that an exit status comes through. */
const SCRIPT = ['echo "hello from $HOSTNAME"', 'id -un', 'exit 3', '']
const SCRIPT_STATUS = 3

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** @throws Fault */
export async function trySandbox({ serve }: { readonly serve: boolean }): Promise<number> {
  say(SANDBOX_NOTICE)
  // From here on: whoever stops it while it starts, or at its first word, must not leave its keys behind.
  const stopped = serve ? toldToStop() : undefined
  const sandbox = await startSandbox({ folder: join(stateFolder(process.env), 'sandbox', startName(new Date())) })
  try {
    if (stopped !== undefined) return await serveUntil(stopped, sandbox)
    if (isatty(0) && isatty(1)) return await interactiveSession(sandbox)
    return await scriptedSession(sandbox)
  } finally {
    await sandbox.close()
  }
}

/** Sorts by time; the process keeps two starts in one second apart. */
const startName = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replaceAll(':', '').replaceAll('-', '')}Z-${process.pid}`

const toldToStop = (): Promise<unknown> => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])

async function serveUntil(stopped: Promise<unknown>, { url, kubeconfig }: Sandbox): Promise<number> {
  say(`API server: ${url}`)
  say('Ctrl-C stops it. In another terminal:')
  process.stdout.write(`export KUBECONFIG=${kubeconfig}\n`)
  say('  kube-audit-exec -it web-0 -- sh      a session with a record')
  say('  kubectl exec -it web-0 -- sh         refused: no record')
  say('  kube-audit-exec sessions list -A     who was where; sessions --help has more')
  say('By --context you are alice or bob (read what is theirs), auditor (everybody’s), or audit-outsider (nothing).')
  await stopped
  return 0
}

async function interactiveSession(sandbox: Sandbox): Promise<number> {
  say('An audited shell in pod web-0 follows. Leave it with exit or Ctrl-D.')
  await runExec(settled(sandbox, []), processTerminal)
  await using chosen = await recordings(sandbox)
  const { id } = await resolveSession('latest', chosen)
  const program = programWords(process.env)
  say(`\nIts record stays on this machine, in ${sandbox.logFolder}`)
  say(`  read it:   ${program} sessions show ${shortId(id)} --local`)
  say(`  watch it:  ${program} sessions replay ${shortId(id)} --local`)
  say(`  check it:  ${program} sessions verify ${shortId(id)} --local`)
  return 0
}

/** What starts this program: in a clone of the project, where `npm start` did, nothing of ours is in the PATH. */
const programWords = (env: NodeJS.ProcessEnv): string =>
  env.npm_lifecycle_event === 'start' ? 'npm run -s audit-exec --' : PROGRAM.name

async function scriptedSession(sandbox: Sandbox): Promise<number> {
  say('No terminal here, so a short script is typed into pod web-0. Its output:')
  const status = await runExec(settled(sandbox, ['-i', '--', 'sh']), scriptedTerminal())
  await using chosen = await recordings(sandbox)
  const { library } = chosen
  const { id } = await resolveSession('latest', chosen)
  const session = await library.get(id)
  say('Its record, read back through the API server:')
  await printLog({ library, resolved: { id, session } }, { format: 'records', follow: false }, standardOutput())
  say('Its log, checked byte by byte:')
  await verified(sandbox, chosen)
  if (status === SCRIPT_STATUS && session.status.exitCode === SCRIPT_STATUS) return 0
  throw fault('KAE_SANDBOX_UNPROVEN', { detail: `expected exit status ${SCRIPT_STATUS}, received ${status}` })
}

/** What the sandbox recorded, by the way that `sessions` commands go in any cluster. */
const recordings = ({ kubeconfig }: Sandbox): Promise<ChosenLibrary> => openChosenLibrary({ kubeconfig })

async function verified({ logFolder }: Sandbox, chosen: ChosenLibrary): Promise<void> {
  try {
    await verifySessions({ ...chosen, folders: [logFolder] }, { name: undefined, format: 'text' }, standardOutput())
  } catch (cause) {
    throw fault('KAE_SANDBOX_UNPROVEN', { detail: (cause as Error).message, cause })
  }
}

/** By the same way as a user's own words: the sandbox's kubeconfig and pod, none of the user's settings. */
function settled(sandbox: Sandbox, more: readonly string[]) {
  const argv = ['--kubeconfig', sandbox.kubeconfig, '--collector', 'cluster', 'web-0', ...more]
  return settleTerminal(parseExec(argv, {}), isatty(0)).invocation
}

function scriptedTerminal(): Terminal {
  const stdin = Readable.from([Buffer.from(SCRIPT.join('\n'))]) as unknown as NodeJS.ReadStream
  return { ...processTerminal, stdin }
}
