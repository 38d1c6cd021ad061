import { parseGoDuration } from '../kube/duration.ts'
import { CONNECTION_FLAGS, type ConnectionFlags, given } from '../kube/flags.ts'
import type { RecordMode } from '../protocol/session.ts'
import type { CollectorChoice, ExecInvocation } from '../session/invocation.ts'
import { AUDIT_FLAGS, EXEC_FLAGS, KUBECTL_EXEC_FLAGS } from './exec-flags.ts'
import { fault } from './faults.ts'
import { nearestCommand } from './nearest-command.ts'
import { type FlagValue, type ParsedFlags, parseFlags } from './pflag.ts'
import { COMMAND_WORDS } from './route.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type ParsedExec = { readonly kind: 'help' } | { readonly kind: 'exec'; readonly invocation: ExecInvocation }

/**
 * Reads the arguments of `exec` by kubectl's rules (kubectl/pkg/cmd/exec/exec.go: Complete, Validate).
 * @param argv without the word `exec`
 * @throws Fault KAE_FLAG_*, KAE_FLAGS_CONFLICT, KAE_EXEC_*
 */
export function parseExecOrHelp(argv: readonly string[], env: Environment): ParsedExec {
  const parsed = parseFlags(argv, EXEC_FLAGS)
  if (parsed.help) return { kind: 'help' }
  return { kind: 'exec', invocation: invocationOf(parsed, withEnvironment(parsed.values, env)) }
}

export function parseExec(argv: readonly string[], env: Environment): ExecInvocation {
  const parsed = parseFlags(argv, EXEC_FLAGS)
  return invocationOf(parsed, withEnvironment(parsed.values, env))
}

type Values = ReadonlyMap<string, FlagValue>

/** Adds our own flags' environment variables and defaults. An empty variable counts as unset. */
function withEnvironment(typed: Values, env: Environment): Values {
  const values = new Map(typed)
  for (const [name, definition] of Object.entries(AUDIT_FLAGS)) {
    const source = values.has(name) ? `--${name}` : definition.env
    const value = values.get(name) || env[definition.env] || ('default' in definition ? definition.default : undefined)
    if (typeof value !== 'string') continue
    if ('options' in definition && !(definition.options as readonly string[]).includes(value)) {
      throw fault('KAE_FLAG_VALUE_INVALID', {
        detail: `${source}=${value}: expected ${definition.options.join(' or ')}`,
      })
    }
    values.set(name, value)
  }
  return values
}

function invocationOf(parsed: ParsedFlags, values: Values): ExecInvocation {
  const filename = singleFilename(values)
  const text = (name: string): string | undefined => (values.get(name) as string | undefined) || undefined
  const flag = (name: string): boolean => values.get(name) === true
  if (values.get('collector') === 'cluster' && parsed.values.has('log-dir')) {
    throw fault('KAE_FLAGS_CONFLICT', { detail: '--collector=cluster records in the cluster, --log-dir here' })
  }
  return {
    connection: connectionFlags(values),
    ...targetAndCommand(parsed, filename),
    ...given({ filename, container: text('container'), reason: text('reason'), logDir: text('log-dir') }),
    stdin: flag('stdin'),
    tty: flag('tty'),
    quiet: flag('quiet'),
    podRunningTimeoutMs: podRunningTimeout(text('pod-running-timeout')),
    collector: text('collector') as CollectorChoice,
    record: text('record') as RecordMode,
  }
}

function targetAndCommand(
  parsed: ParsedFlags,
  filename: string | undefined,
): Pick<ExecInvocation, 'resource' | 'command'> {
  const { words, wordsBeforeDashes } = parsed
  const before = words.slice(0, wordsBeforeDashes)
  const command = wordsBeforeDashes === undefined ? [] : words.slice(wordsBeforeDashes)
  const [resource, ...more] = before
  if (wordsBeforeDashes === undefined && (more.length > 0 || (resource !== undefined && filename !== undefined))) {
    const target = filename === undefined ? resource : `-f ${filename}`
    const rest = filename === undefined ? more : before
    const next = `Write: kube-audit-exec ${target} -- ${rest.join(' ')}${meantWords(before)}`
    throw fault('KAE_EXEC_DASHES_MISSING', { next })
  }
  if (more.length > 0 || (resource !== undefined && filename !== undefined)) {
    const surplus = filename === undefined ? more : before
    throw fault('KAE_EXEC_WORDS_UNEXPECTED', { detail: `did not expect ${surplus.join(' ')}` })
  }
  if (resource === undefined && filename === undefined) throw fault('KAE_EXEC_TARGET_MISSING')
  return { resource, command }
}

/** `session list`: kubectl has such resources in the singular too, and a pod of that name is rare. */
function meantWords([first = '', ...more]: readonly string[]): string {
  const meant = nearestCommand(first, [...COMMAND_WORDS])
  return meant === undefined ? '' : `. Or did you mean: kube-audit-exec ${[meant, ...more].join(' ')}`
}

function singleFilename(values: Values): string | undefined {
  // kubectl's --filename is a list with commas; exec then refuses more than one object.
  const [filename, second] = ((values.get('filename') as readonly string[] | undefined) ?? []).flatMap((entry) =>
    entry.split(','),
  )
  if (second !== undefined) {
    throw fault('KAE_FLAGS_CONFLICT', { detail: 'cannot exec into multiple objects at a time: one --filename, please' })
  }
  return filename
}

function podRunningTimeout(text: string = KUBECTL_EXEC_FLAGS['pod-running-timeout'].default): number {
  const ms = parseGoDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw fault('KAE_FLAG_VALUE_INVALID', {
    detail: `--pod-running-timeout=${text}: expected a time such as 5s, 2m or 3h, higher than zero`,
  })
}

const connectionFlags = (values: Values): ConnectionFlags =>
  Object.fromEntries([...values].filter(([name]) => Object.hasOwn(CONNECTION_FLAGS, name)))
