import { Command } from '@oclif/core/command'
import { exec } from '../launch/exec.ts'
import { execFlagsForHelp } from '../launch/oclif-flags.ts'

export default class Exec extends Command {
  static override summary = 'Run a command in a container, with a record of everything that is typed.'

  static override description =
    'The flags are those of `kubectl exec`. The word exec may be left out. A pod alone opens the best shell that it has.'

  static override usage = 'exec (POD | TYPE/NAME | -f FILE) [-c CONTAINER] [flags] -- COMMAND [args...]'

  static override examples = [
    { description: 'A shell in the first container of a pod', command: '<%= config.bin %> -it web-0 -- sh' },
    {
      description: 'The best shell there is, with a reason on the record',
      command: '<%= config.bin %> web-0 --reason "INC-1234"',
    },
    {
      description: 'One command in a pod of a deployment',
      command: '<%= config.bin %> deploy/web -c app -- ls -l /srv',
    },
    { description: 'Send a file', command: '<%= config.bin %> -i web-0 -- tee /tmp/data < data' },
  ]

  static override flags = execFlagsForHelp()

  static override strict = false

  override async run(): Promise<void> {
    const status = await exec(this.argv)
    process.exitCode = status ?? 0
  }
}
