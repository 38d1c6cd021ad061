import { describe, expect, test } from 'vitest'
import { loadKuberc } from '../../src/kube/kuberc.ts'
import { makeHome } from './rig/home.ts'

const BETA = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n'
const ALPHA = 'apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\n'

describe('kuberc', () => {
  test('gives the defaults of commands', () => {
    using home = makeHome()
    home.write('.kube/kuberc', `${BETA}defaults: [{command: " exec ", options: [{name: stdin, default: "true"}]}]\n`)
    expect(loadKuberc(home.env)).toEqual({
      policy: { kind: 'allow-all' },
      defaults: [{ command: 'exec', options: [{ name: 'stdin', value: 'true' }] }],
      warnings: [],
    })
  })

  test('of v1alpha1 calls them overrides and knows no policy', () => {
    using home = makeHome()
    const text =
      'overrides: [{command: exec, flags: [{name: tty, default: "true"}]}]\ncredentialPluginPolicy: DenyAll\n'
    home.write('.kube/kuberc', `${ALPHA}${text}`)
    expect(loadKuberc(home.env)).toMatchObject({
      policy: { kind: 'allow-all' },
      defaults: [{ command: 'exec', options: [{ name: 'tty', value: 'true' }] }],
    })
  })

  test('is the first document that is one', () => {
    using home = makeHome()
    home.write('.kube/kuberc', `kind: Other\n---\n${BETA}credentialPluginPolicy: DenyAll\n---\n${BETA}\n`)
    expect(loadKuberc(home.env).policy).toEqual({ kind: 'deny-all' })
  })

  test('comes from the flag, then KUBERC, then the home folder; off means none', () => {
    using home = makeHome()
    home.write('.kube/kuberc', `${BETA}credentialPluginPolicy: DenyAll\n`)
    const env = { ...home.env, KUBERC: home.write('mine', `${BETA}defaults: [{command: a, options: []}]\n`) }
    const flag = home.write('flag', `${BETA}defaults: [{command: b, options: []}]\n`)
    expect(loadKuberc(home.env).policy.kind).toBe('deny-all')
    expect(loadKuberc(env).defaults[0]?.command).toBe('a')
    expect(loadKuberc(env, flag).defaults[0]?.command).toBe('b')
    expect(loadKuberc({ ...home.env, KUBERC: 'off' }).policy.kind).toBe('allow-all')
    expect(loadKuberc({ ...home.env, KUBECTL_KUBERC: 'False' }).policy.kind).toBe('allow-all')
    expect(() => loadKuberc({ ...home.env, KUBERC: 'off' }, flag)).toThrow(
      expect.objectContaining({ code: 'KAE_KUBE_FLAG_INVALID' }),
    )
  })

  test('that is missing is nothing, unless it was asked for', () => {
    using home = makeHome()
    expect(loadKuberc(home.env)).toEqual({ policy: { kind: 'allow-all' }, defaults: [], warnings: [] })
    const invalid = expect.objectContaining({ code: 'KAE_KUBE_KUBERC_INVALID' })
    expect(() => loadKuberc({ ...home.env, KUBERC: '/nowhere' })).toThrow(invalid)
    expect(() => loadKuberc(home.env, '/nowhere')).toThrow(invalid)
  })

  test('that cannot be read as YAML is a warning, but never loses a policy on plugins', () => {
    using home = makeHome()
    home.write('.kube/kuberc', `${BETA}defaults: [\n}`)
    expect(loadKuberc(home.env).warnings).toEqual([expect.stringMatching(/kuberc: no preferences loaded .*line 4/)])
    home.write('.kube/kuberc', `${BETA}credentialPluginPolicy: DenyAll\ndefaults: [\n}`)
    expect(() => loadKuberc(home.env)).toThrow(expect.objectContaining({ code: 'KAE_KUBE_KUBERC_INVALID' }))
  })

  test('refuses a default that is spelled with dashes', () => {
    using home = makeHome()
    home.write('.kube/kuberc', `${BETA}defaults: [{command: exec, options: [{name: --stdin, default: "true"}]}]\n`)
    expect(() => loadKuberc(home.env)).toThrow(expect.objectContaining({ code: 'KAE_KUBE_KUBERC_INVALID' }))
  })
})
