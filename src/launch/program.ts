import PACKAGE from '../../package.json' with { type: 'json' }

export { PACKAGE }

export const PROGRAM = { name: PACKAGE.name, version: PACKAGE.version } as const

/** How kubectl finds this program as its plugin; `bin/` has it under this name too. */
const PLUGIN_NAME = 'kubectl-audit_exec'

/** What the user typed to start the program, for help texts. `path` is argv[1]. */
export const invokedAs = (path: string): string => (path.endsWith(PLUGIN_NAME) ? 'kubectl audit-exec' : PROGRAM.name)

export const versionLine = (): string =>
  `${PROGRAM.name}/${PROGRAM.version} ${process.platform}-${process.arch} node-${process.version}`
