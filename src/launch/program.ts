import PACKAGE from '../../package.json' with { type: 'json' }
import { PROGRAM } from '../session/program.ts'

/** package.json as it was when the program was built. */
export { PACKAGE }

/** How kubectl finds this program as its plugin; `bin` in package.json has it under this name too. */
const PLUGIN_NAME = 'kubectl-audit_exec'

/** What the user typed to start the program, for help texts. `path` is argv[1]. */
export const invokedAs = (path: string): string => (path.endsWith(PLUGIN_NAME) ? 'kubectl audit-exec' : PROGRAM.name)

export const versionLine = (): string =>
  `${PROGRAM.name}/${PROGRAM.version} ${process.platform}-${process.arch} node-${process.version}`
