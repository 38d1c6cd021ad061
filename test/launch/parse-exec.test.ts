import { describe, expect, it } from 'vitest'
import { parseExec, parseExecOrHelp } from '../../src/launch/parse-exec.ts'

const parse = (line: string, env: Record<string, string> = {}) => parseExec(line.split(' '), env)
const refused = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) })

describe('exec’s arguments', () => {
  it('give the target, the command and kubectl’s defaults', () => {
    expect(parse('web-0 -- ls -l')).toEqual({
      connection: {},
      resource: 'web-0',
      command: ['ls', '-l'],
      stdin: false,
      tty: false,
      quiet: false,
      podRunningTimeoutMs: 60_000,
      collector: 'auto',
      record: 'InputOutput',
    })
  })

  it('give every flag its place', () => {
    const line =
      '-itq -n prod -c app --as-group a --as-group b --token t --pod-running-timeout 1m30s --collector local --record Input --log-dir /l --reason why deploy/web -- sh'
    expect(parse(line)).toEqual({
      connection: { namespace: 'prod', 'as-group': ['a', 'b'], token: 't' },
      resource: 'deploy/web',
      container: 'app',
      command: ['sh'],
      stdin: true,
      tty: true,
      quiet: true,
      podRunningTimeoutMs: 90_000,
      reason: 'why',
      collector: 'local',
      record: 'Input',
      logDir: '/l',
    })
  })

  it('take a pod alone: a shell on a terminal', () => expect(parse('web-0').command).toEqual([]))

  it('take a file instead of a pod', () => {
    expect(parse('-f pod.yaml -- ls')).toMatchObject({ resource: undefined, filename: 'pod.yaml', command: ['ls'] })
  })

  it('take the flags of kubectl that mean nothing here', () => {
    expect(parse('-v 6 --cache-dir /c --profile none web-0 -- ls').resource).toBe('web-0')
  })

  it('leave empty strings out: for kubectl they are not given', () => {
    expect(parse('--container= --reason= web-0 -- ls')).not.toHaveProperty('container')
  })

  it('ask for help', () => expect(parseExecOrHelp(['web-0', '-h'], {})).toEqual({ kind: 'help' }))
})

describe('our own flags', () => {
  const env = {
    KUBE_AUDIT_EXEC_REASON: 'INC-1',
    KUBE_AUDIT_EXEC_COLLECTOR: 'local',
    KUBE_AUDIT_EXEC_RECORD: 'Input',
    KUBE_AUDIT_EXEC_LOG_DIR: '/srv',
  }

  it('come from the environment', () => {
    expect(parse('web-0', env)).toMatchObject({ reason: 'INC-1', collector: 'local', record: 'Input', logDir: '/srv' })
  })

  it('on the command line win over the environment', () => {
    expect(parse('--reason mine --collector auto web-0', env)).toMatchObject({ reason: 'mine', collector: 'auto' })
  })

  it('take no value that they do not know, from wherever it comes', () => {
    expect(() => parse('--collector both web-0')).toThrow(refused('KAE_FLAG_VALUE_INVALID', '--collector=both'))
    expect(() => parse('web-0', { KUBE_AUDIT_EXEC_RECORD: 'None' })).toThrow(
      refused('KAE_FLAG_VALUE_INVALID', 'KUBE_AUDIT_EXEC_RECORD=None'),
    )
  })

  it('refuse a folder for a record that the cluster keeps', () => {
    expect(() => parse('--collector cluster --log-dir /l web-0')).toThrow(refused('KAE_FLAGS_CONFLICT', '--log-dir'))
    expect(parse('--collector cluster web-0', env).collector).toBe('cluster')
  })
})

describe('bad arguments', () => {
  it.each([
    ['web-0 ls /tmp', 'KAE_EXEC_DASHES_MISSING'],
    ['-f pod.yaml ls', 'KAE_EXEC_DASHES_MISSING'],
    ['-n prod', 'KAE_EXEC_TARGET_MISSING'],
    ['-- ls', 'KAE_EXEC_TARGET_MISSING'],
    ['web-0 web-1 -- ls', 'KAE_EXEC_WORDS_UNEXPECTED'],
    ['-f pod.yaml web-0 -- ls', 'KAE_EXEC_WORDS_UNEXPECTED'],
    ['-f a.yaml -f b.yaml -- ls', 'KAE_FLAGS_CONFLICT'],
    ['-f a.yaml,b.yaml -- ls', 'KAE_FLAGS_CONFLICT'],
    ['--pod-running-timeout 5 web-0', 'KAE_FLAG_VALUE_INVALID'],
    ['--pod-running-timeout 0s web-0', 'KAE_FLAG_VALUE_INVALID'],
    ['--pod-running-timeout -1m web-0', 'KAE_FLAG_VALUE_INVALID'],
  ])('`%s` are refused with %s', (line, code) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code, exit: 1 }))
  })

  it('without dashes are answered with the command to type', () => {
    expect(() => parse('-n prod web-0 ls /tmp')).toThrow(
      expect.objectContaining({ next: 'Write: kube-audit-exec web-0 -- ls /tmp' }),
    )
  })

  it('that begin like one of our commands are answered with that as well', () => {
    const next = 'Write: kube-audit-exec session -- list. Or did you mean: kube-audit-exec sessions list'
    expect(() => parse('session list')).toThrow(expect.objectContaining({ next }))
  })
})
