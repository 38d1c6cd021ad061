import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { SHELLS } from '../launch/completion/candidates.ts'
import { completionScript, type Shell } from '../launch/completion/scripts.ts'

export default class Completion extends Command {
  static override summary = 'Print a script that makes a shell complete this program’s words.'

  static override description =
    'Commands and flags are completed, and what only the cluster knows: pods, containers, namespaces, and sessions with their user and pod. For `kubectl audit-exec` nothing more is needed than the program kubectl_complete-audit_exec in the PATH, which comes with this one.'

  static override examples = [
    { description: 'bash, for this shell', command: 'source <(<%= config.bin %> <%= command.id %> bash)' },
    { description: 'zsh, for this shell', command: 'source <(<%= config.bin %> <%= command.id %> zsh)' },
    {
      description: 'fish, for all shells from now on',
      command: '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/kube-audit-exec.fish',
    },
    {
      description: 'PowerShell, for this shell',
      command: '<%= config.bin %> <%= command.id %> powershell | Out-String | Invoke-Expression',
    },
  ]

  static override args = { shell: stringArg({ required: true, options: [...SHELLS], description: 'Which shell' }) }

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    process.stdout.write(completionScript(args.shell as Shell))
  }
}
