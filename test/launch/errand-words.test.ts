import { describe, expect, it } from 'vitest'
import { argvOf, noticeOf } from '../../src/launch/errand-words.ts'

const place = { context: 'blue', namespace: 'prod' }
const shell = { to: 'shell', place, pod: 'web-0', container: 'app' } as const

describe('what the screen opens', () => {
  it('reaches the same cluster as the screen', () => {
    expect(argvOf(shell, { kubeconfig: '/k', as: 'eve', 'as-group': ['a', 'b'], user: 'u' })).toEqual([
      'exec',
      '--kubeconfig=/k',
      '--as=eve',
      '--as-group=a',
      '--as-group=b',
      '--user=u',
      '--context=blue',
      '--namespace=prod',
      '--container=app',
      'pod/web-0',
    ])
    expect(argvOf({ to: 'watch', place, id: 'ID' }, { user: 'u' })).toEqual([
      'sessions',
      'watch',
      'ID',
      '--context=blue',
      '--kubeconfig-user=u',
    ])
  })

  it('cannot be given flags by the name of a pod or a container', () => {
    const words = argvOf({ ...shell, pod: '--as=root', container: '--as=root' }, {})
    expect(words.filter((word) => word.startsWith('--as'))).toEqual([])
  })

  it('comes back with where its record is, or with why there was none', () => {
    const said = 'recording to x\nrecorded as session 01\n'
    expect(noticeOf(shell, { code: 3, signal: null, said })?.words).toBe(
      'The shell in web-0/app ended with 3; recorded as session 01',
    )
    const failed = noticeOf(shell, { code: 1, signal: null, said: 'error: no (KAE_X)\n  next: do\n' })
    expect(failed).toEqual({
      tone: 'bad',
      words: 'error: no (KAE_X)',
      lines: ['error: no (KAE_X)', 'next: do'],
    })
    expect(noticeOf({ to: 'watch', place, id: 'ID' }, { code: 0, signal: null, said: '' })).toBeUndefined()
  })
})
