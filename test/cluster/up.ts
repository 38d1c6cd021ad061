import { mkdirSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { assertBuilt } from './build.ts'
import * as components from './components.ts'
import { down } from './down.ts'
import { writeImages } from './images.ts'
import { kubectl } from './kubectl.ts'
import { findProgram, inState, pkiFile } from './layout.ts'
import { exclusively } from './lock.ts'
import { inside, makeNamespace } from './namespace.ts'
import { makePki } from './pki.ts'
import { assertAlive, type Command, isAlive, startDetached } from './processes.ts'
import { run, runOk } from './run.ts'
import { writeSettings } from './settings.ts'
import { EMPTY_STATE, type ProcessId, readState, type State, writeState } from './state.ts'
import { readSysctls } from './sysctls.ts'
import { makeUsers } from './users.ts'
import { until } from './wait.ts'
import { applyWorkloads } from './workloads.ts'

const say = (line: string): boolean => process.stderr.write(`${line}\n`)

/** Gives a ready cluster: the one that runs, when all of it lives, else a new one. */
export async function up(): Promise<void> {
  assertBuilt()
  await exclusively(async () => {
    const state = readState()
    if (state && isRunning(state) && hasGates(state)) return
    if (state) await down()
    const began = performance.now()
    await start()
    say(`the cluster is up after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  })
}

/** Another choice of feature gates needs another cluster; whoever does not choose takes what there is. */
const hasGates = ({ featureGates }: State): boolean =>
  [undefined, featureGates].includes(process.env.CLUSTER_FEATURE_GATES)

export const isRunning = (state: State): boolean =>
  state.ready && [state.holder, ...state.processes].every((id) => id !== undefined && isAlive(id))

async function start(): Promise<void> {
  const featureGates = process.env.CLUSTER_FEATURE_GATES ?? ''
  writeState({ ...EMPTY_STATE, featureGates, sysctls: readSysctls() })
  mkdirSync(inState('logs'), { recursive: true, mode: 0o700 })
  writeSettings()
  const [holder] = await Promise.all([makeNamespace(), makePki()])
  makeUsers()
  await startControlPlane(holder, featureGates)
  await applyWorkloads(kubectl)
  writeState({ ready: true })
}

/** What needs only etcd and containerd starts at once; what would give up without an API server waits for it. */
async function startControlPlane(holder: ProcessId, featureGates: string): Promise<void> {
  const launch = ({ name, argv, env }: Command) =>
    startDetached({ name, argv: inside(holder, argv), ...(env ? { env } : {}) })
  const containerd = launch(components.containerd())
  const stores = [launch(components.etcd()), launch(components.apiServer(featureGates))]
  await Promise.all([loadImages(containerd), apiServerReady(stores)])
  launch(components.controllerManager())
  launch(components.scheduler())
  launch(components.kubelet())
}

async function loadImages(containerd: ProcessId): Promise<void> {
  const ctr = findProgram('ctr') ?? 'ctr'
  const address = components.CONTAINERD_ADDRESS()
  const archive = await writeImages()
  const wait = { what: 'containerd', seconds: 60, guard: () => assertAlive([containerd]) }
  await until(wait, async () => (await run(ctr, [address, 'version'])).status === 0)
  await runOk(ctr, [address, '-n', 'k8s.io', 'images', 'import', '--snapshotter', 'native', archive])
}

async function apiServerReady(processes: readonly ProcessId[]): Promise<void> {
  const ca = readFileSync(pkiFile('ca.crt'))
  const wait = { what: 'the API server', seconds: 120, guard: () => assertAlive(processes) }
  await until(wait, async () => (await status(components.READY_URL, ca)) === 200)
}

function status(url: string, ca: Buffer): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const request = get(url, { ca, agent: false, timeout: 2000 }, (response) => {
    response.resume()
    resolve(response.statusCode)
  })
  request.on('error', () => resolve(undefined))
  request.on('timeout', () => request.destroy())
  return promise
}
