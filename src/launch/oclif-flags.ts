import { boolean, string } from '@oclif/core/flags'
import { CONNECTION_FLAGS, type FlagDefinition } from '../kube/flags.ts'
import { CLUSTER_FLAGS, PLACE_FLAGS } from '../reading/library-flags.ts'
import { FILTER_FLAGS } from '../reading/session-filters.ts'
import { AUDIT_FLAGS, type ExecFlag, KUBECTL_EXEC_FLAGS } from './exec-flags.ts'

/** The table's flags as oclif's, for help, manifest and completion. Those of exec are never parsed by oclif: see pflag.ts. */
export const execFlagsForHelp = () => ({
  ...group(KUBECTL_EXEC_FLAGS),
  ...group(AUDIT_FLAGS, 'RECORDING'),
  ...group(CONNECTION_FLAGS, 'CONNECTION'),
})

/** Where sessions are, for every command that reads them: `static flags = { ...libraryFlags(), … }`. */
export const libraryFlags = () => ({ ...group(PLACE_FLAGS, 'WHERE'), ...group(fewShown(CLUSTER_FLAGS), 'CONNECTION') })

/** Of kubectl's connection flags all work, and these are named in help: `exec --help` has the others. */
const SHOWN = new Set(['kubeconfig', 'context', 'as', 'kubeconfig-user', 'request-timeout'])

const fewShown = (flags: Readonly<Record<string, FlagDefinition>>): Readonly<Record<string, ExecFlag>> =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, SHOWN.has(name) ? flag : { ...flag, ignored: 'not in help' }]),
  )

/** Which sessions, for commands that list or search them. */
export const filterFlags = () => group(FILTER_FLAGS, 'FILTER')

const group = (flags: Readonly<Record<string, ExecFlag>>, helpGroup?: string) =>
  Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, oclifFlag(flag, helpGroup)]))

function oclifFlag(flag: ExecFlag, helpGroup: string | undefined) {
  const common = {
    description: flag.description,
    hidden: flag.ignored !== undefined,
    ...(flag.char === undefined ? {} : { char: flag.char as 'a' }),
    ...(helpGroup === undefined ? {} : { helpGroup }),
  }
  if (flag.type === 'bool') return boolean(common)
  return string({
    ...common,
    multiple: flag.type === 'stringArray',
    ...(flag.value === undefined ? {} : { helpValue: flag.value }),
    multipleNonGreedy: true,
    ...(flag.env === undefined ? {} : { env: flag.env }),
    ...(flag.options === undefined ? {} : { options: [...flag.options] }),
    ...(flag.default === undefined ? {} : { default: flag.default }),
  } as { multiple: false })
}
