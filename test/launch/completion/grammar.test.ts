import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Candidate, complete, completionText, type Sources } from '../../../src/launch/completion/candidates.ts'
import { cursorAt, type Manifest } from '../../../src/launch/completion/grammar.ts'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../oclif.manifest.json'), 'utf8')) as Manifest

/** Each source gives its own name, so that a test sees which one was asked. */
const named =
  (...values: readonly string[]) =>
  async (): Promise<readonly Candidate[]> =>
    values.map((value) => ({ value }))
const sources: Sources = {
  contexts: named('a-context'),
  clusters: named('a-cluster'),
  kubeconfigUsers: named('a-kubeconfig-user'),
  namespaces: named('a-namespace'),
  pods: named('a-pod', 'a-pod'),
  containers: async (pod) => [{ value: `a-container-of-${pod ?? 'any'}` }],
  sessions: async ({ live }) => [{ value: live ? 'a-live-session' : 'a-session' }],
  recorded: async (name) => [{ value: `a-recorded-${name}` }],
}

const asked = (...words: readonly string[]) => complete(cursorAt(words, manifest), manifest, sources)
const values = async (...words: readonly string[]): Promise<string[]> =>
  (await asked(...words)).candidates.map(({ value }) => value)

describe('at the cursor stands', () => {
  it.each([
    [['-n', ''], ['a-namespace']],
    [['--namespace', ''], ['a-namespace']],
    [['-na'], []],
    [['--context', ''], ['a-context']],
    [['--context=a'], ['a-context']],
    [['--cluster', ''], ['a-cluster']],
    [['--user', ''], ['a-kubeconfig-user']],
    [['a-pod', '-c', ''], ['a-container-of-a-pod']],
    [['exec', 'a-pod', '-c', ''], ['a-container-of-a-pod']],
    [['-it', '-n', 'prod', 'a-pod', '--container='], ['a-container-of-a-pod']],
    [['-itc', ''], ['a-container-of-any']],
    [['-ti', 'a-'], ['a-pod']],
    [['exec', 'a-'], ['a-pod']],
    [['-n', 'prod', 'exec', 'a-'], ['a-pod']],
    [['a-pod', 'a-'], []],
    [['sessions', 'list', '--user', ''], ['a-recorded-user']],
    [['sessions', 'list', '--kubeconfig-user', ''], ['a-kubeconfig-user']],
    [
      ['sessions', 'list', '--pod', ''],
      ['a-pod', 'a-recorded-pod'],
    ],
    [
      ['sessions', 'list', '-c', ''],
      ['a-container-of-any', 'a-recorded-container'],
    ],
    [
      ['sessions', 'show', '-n', ''],
      ['a-namespace', 'a-recorded-namespace'],
    ],
    [['sessions', 'show', 'la'], ['latest']],
    [['sessions', 'terminate', 'latest'], ['latest']],
    [['sessions', 'show', 'latest', ''], []],
    [['sessions', 'list', ''], []],
    [['sessions', 'show', ''], ['a-session']],
    [['sessions', 'show', '""'], ['a-session']],
    [['sessions', 'show', '--local', ''], ['a-session']],
    [['sessions', 'show', 'a-session', ''], []],
    [['sessions', 'log', ''], ['a-session']],
    [['sessions', 'verify', ''], ['a-session']],
    [['sessions', 'replay', ''], ['a-session']],
    [['sessions', 'export', ''], ['a-session']],
    [['sessions', 'watch', ''], ['a-live-session']],
    [
      ['config', 'set', 'accessible', ''],
      ['true', 'false'],
    ],
    [['config', 'set', 'accessible', 'true', ''], []],
    [['config', 'get', 'accessible', ''], []],
    [['config', 'list', ''], []],
    [['exec', 'exec', '-c', ''], ['a-container-of-exec']],
    [['sessions', 'terminate', ''], ['a-live-session']],
    [['sessions', 'terminate', '--reason', ''], []],
    [
      ['sessions', 'export', '--format', 'asciicast'],
      ['asciicast-v2', 'asciicast-v3'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
    [['completion', 'bash', ''], []],
  ])('after %j: %j', async (words, expected) => expect(await values(...words)).toEqual(expected))

  it('a command or a pod where nothing was said, each once', async () => {
    const found = await values('')
    expect(found).toEqual(expect.arrayContaining(['sessions', 'sandbox', 'help', 'a-pod']))
    expect(new Set(found).size).toBe(found.length)
    expect(await values('se')).toEqual(['sessions'])
  })

  it('a command of its topic', async () => {
    const found = await values('sessions', '')
    expect(found).toEqual(expect.arrayContaining(['list', 'show', 'log', 'replay', 'verify']))
    expect(found).not.toContain('a-pod')
    expect(await values('sessions', 're')).toEqual(['reindex', 'replay'])
  })

  it('what each word and each topic is about', async () => {
    const described = new Map((await asked('')).candidates.map(({ value, description }) => [value, description]))
    for (const word of ['sessions', 'config', 'sandbox', 'completion', 'help'])
      expect(described.get(word), word).toMatch(/^[A-Z].*\.$/)
  })

  it('a flag where a dash was typed, with what it is for', async () => {
    const { candidates } = await asked('sessions', 'list', '--exit')
    expect(candidates).toEqual([{ value: '--exit-status', description: expect.stringContaining('status') }])
    expect(await values('sessions', 'show', '--he')).toEqual(['--help'])
  })

  it('nothing that help hides', async () => {
    const hidden = Object.values(manifest.commands['sessions:list']?.flags ?? {}).filter((flag) => flag.hidden === true)
    expect(hidden.length).toBeGreaterThan(0)
    const found = await values('sessions', 'list', '--')
    for (const { name } of hidden) expect(found).not.toContain(`--${name}`)
  })

  it('a flag’s value, and no flag, behind a flag that wants one', async () => {
    expect(await values('sessions', 'list', '-n', '--')).toEqual([])
    expect(await values('sessions', 'list', '--unknown', 'a-')).toEqual([])
  })
})

describe('files are offered', () => {
  it.each([
    [['a-pod', '--', 'l'], 'files'],
    [['a-pod', '--', '-n', ''], 'files'],
    [['-f', ''], 'files'],
    [['--kubeconfig='], 'files'],
    [['sessions', 'export', 'an-id', '-o', ''], 'files'],
    [['sessions', 'export', 'an-id', '--output='], 'files'],
    [['sessions', 'list', '--log', ''], 'folders'],
    [['--log-dir', ''], 'folders'],
    [['sessions', 'list', '--since', ''], 'none'],
    [['a-pod', ''], 'none'],
  ])('after %j: %s', async (words, files) => {
    expect(await asked(...words)).toMatchObject({ candidates: [], files })
  })
})

describe('the words before the cursor', () => {
  it.each([
    [['sessions', 'list', '--log', 'a', '--log=b', ''], { log: ['a', 'b'] }],
    [['sessions', 'list', '--user=x', '--user', 'y', ''], { user: 'y' }],
    [['-it', ''], { stdin: true, tty: true }],
    [['sessions', 'list', '--local', ''], { local: true }],
    [['sessions', 'list', '-A', ''], { 'all-namespaces': true }],
    [['-nprod', ''], { namespace: 'prod' }],
    [['-n=prod', ''], { namespace: 'prod' }],
    [['--context=a=b', ''], { context: 'a=b' }],
    [['--', '-n', 'x', ''], {}],
    [['--toString', '-Z', ''], {}],
  ])('%j say %j', (words, flags) => expect(cursorAt(words, manifest).flags).toEqual(flags))

  it('that are no flags are words, a dash alone too', () =>
    expect(cursorAt(['sessions', 'export', 'abc', '-', ''], manifest).words).toEqual(['abc', '-']))

  it('that name no command have none', () => {
    expect(cursorAt(['sessions', 'nonsense', ''], manifest)).toMatchObject({ command: undefined, words: [] })
    expect(cursorAt([], manifest)).toMatchObject({ typed: '', place: { type: 'command', topic: '' } })
  })
})

describe('the answer to a shell', () => {
  it.each([
    [{ candidates: [{ value: 'a', description: 'of it' }, { value: 'b' }], files: 'files' }, 'a\tof it\nb\n:4\n'],
    [{ candidates: [{ value: 'a', description: '' }], files: 'none' }, 'a\n:4\n'],
    [{ candidates: [], files: 'none' }, ':4\n'],
    [{ candidates: [], files: 'files' }, ':0\n'],
    [{ candidates: [], files: 'folders' }, ':16\n'],
  ] as const)('of %j is %j', (completion, text) => expect(completionText(completion)).toBe(text))
})
