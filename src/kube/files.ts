import { readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fault } from './faults.ts'
import type { ConnectionFlags } from './flags.ts'
import type { KubeconfigFile } from './kubeconfig.ts'

/** Reading is synchronous: a handful of small files before anything else can happen, and it is the quickest way. */
export interface KubeconfigFiles {
  readonly looked: readonly string[]
  readonly found: readonly KubeconfigFile[]
}

/** --kubeconfig alone, else the elements of KUBECONFIG, else ~/.kube/config. Only the first must exist. */
export function readKubeconfigFiles(flags: ConnectionFlags, env: NodeJS.ProcessEnv): KubeconfigFiles {
  if (flags.kubeconfig) {
    const text = readOptional(flags.kubeconfig)
    if (text === undefined) throw fault('KAE_KUBE_CONFIG_MISSING', { detail: flags.kubeconfig })
    return { looked: [flags.kubeconfig], found: [{ path: flags.kubeconfig, text }] }
  }
  const listed = env.KUBECONFIG
  const paths = listed ? listed.split(delimiter) : [join(env.HOME ?? '', '.kube', 'config')]
  const looked = [...new Set(paths)].filter((path) => path !== '')
  const found = looked.map((path) => ({ path, text: readOptional(path) })).filter(isFound)
  return { looked, found }
}

const isFound = (file: { path: string; text: string | undefined }): file is KubeconfigFile => file.text !== undefined

/** Go's os.IsNotExist: only a missing file may be skipped; one that exists and cannot be read is an error. */
function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault('KAE_KUBE_CONFIG_UNREADABLE', { detail: `${path}: ${(cause as Error).message}`, cause })
  }
}

/** A file that the kubeconfig names: a certificate, a key, a token. */
export function readCredentialFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const detail = `${what}: ${(cause as Error).message}`
    throw fault('KAE_KUBE_CREDENTIALS_UNREADABLE', { detail, cause })
  }
}

export function isFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && !found.isDirectory()
}
