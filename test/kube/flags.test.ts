import { describe, expect, test } from 'vitest'
import { CONNECTION_FLAGS } from '../../src/kube/flags.ts'
import { kubectl, kubectlPath, withoutKubectl } from './rig/kubectl.ts'

describe.skipIf(kubectlPath === undefined)(`the table of connection flags${withoutKubectl}`, () => {
  test('has the names, short names and types of `kubectl options`', async () => {
    const { stdout } = await kubectl(['options'], { HOME: '/nonexistent' })
    const lines = stdout.matchAll(/^ {4}(?:-(?<char>\w), )?--(?<name>[\w-]+)=(?<value>.*):$/gm)
    const theirs = [...lines].map(({ groups = {} }) => [groups.name, groups.char, typeOf(groups.value ?? '')])
    const ours = Object.entries(CONNECTION_FLAGS).map(([name, flag]) => [
      name,
      'char' in flag ? flag.char : undefined,
      flag.type,
    ])
    expect(ours.toSorted()).toEqual(theirs.toSorted())
  })
})

const typeOf = (value: string): string => {
  if (value === 'true' || value === 'false') return 'bool'
  return value === '[]' ? 'stringArray' : 'string'
}
