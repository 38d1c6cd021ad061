import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A home folder of a test's own with an environment that knows no other. */
export interface Home extends Disposable {
  readonly path: string
  readonly env: NodeJS.ProcessEnv
  write(name: string, content: string | object): string
  script(name: string, body: string): string
}

export function makeHome(more: NodeJS.ProcessEnv = {}): Home {
  const path = mkdtempSync(join(tmpdir(), 'kae-kube-'))
  const write = (name: string, content: string | object): string => {
    const file = join(path, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
  return {
    path,
    env: { HOME: path, PATH: process.env.PATH, KUBECACHEDIR: join(path, 'cache'), ...more },
    write,
    script: (name, body) => {
      const file = write(name, `#!/bin/sh\n${body}\n`)
      chmodSync(file, 0o755)
      return file
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

export interface ConfigParts {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly more?: { readonly clusters?: readonly object[]; readonly users?: readonly object[] }
}

/** A kubeconfig with one context `c`, cluster `k` and user `u`. */
export const kubeconfigOf = ({ cluster = {}, user = {}, context = {}, more = {} }: ConfigParts): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
  clusters: [{ name: 'k', cluster }, ...(more.clusters ?? [])],
  users: [{ name: 'u', user }, ...(more.users ?? [])],
})

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
