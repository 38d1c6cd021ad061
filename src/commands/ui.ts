import { Command } from '@oclif/core/command'
import { boolean } from '@oclif/core/flags'
import { CONNECTION_FLAGS, type ConnectionFlags } from '../kube/flags.ts'
import { execFlagsForHelp } from '../launch/oclif-flags.ts'
import { userPreferences, wantsLines } from '../launch/preferences.ts'
import { ui } from '../launch/ui.ts'

const connectionFlags = Object.fromEntries(
  Object.entries(execFlagsForHelp()).filter(([name]) => Object.hasOwn(CONNECTION_FLAGS, name)),
)

export default class Ui extends Command {
  static override summary = 'The screen: pods, audited shells, and what was recorded.'

  static override description =
    'Lists the pods of a namespace as they come and go. Enter opens an audited shell, r shows recent sessions, w those that run, / searches their commands, ? shows all keys. It starts as well when the program is called without arguments on a terminal.'

  static override usage = 'ui [-n NAMESPACE] [--context NAME] [--accessible]'

  static override examples = [
    { description: 'The pods of another namespace', command: '<%= config.bin %> <%= command.id %> -n prod' },
    {
      description:
        'Numbered lines and questions, for screen readers; ACCESSIBLE=1 does the same, and `config set accessible true` for good',
      command: '<%= config.bin %> <%= command.id %> --accessible',
    },
  ]

  static override flags = {
    accessible: boolean({ description: 'Numbered lines and questions instead of a screen that is painted over' }),
    ...connectionFlags,
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Ui)
    const { accessible, ...rest } = flags
    const lines = accessible || wantsLines(process.env, await userPreferences())
    process.exitCode = await ui({ flags: rest as ConnectionFlags, accessible: lines })
  }
}
