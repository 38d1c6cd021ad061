import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { resolveSession } from '../../reading/resolve-session.ts'
import { terminateSession } from '../../reading/terminate-session.ts'

export default class SessionsTerminate extends Command {
  static override summary = 'End a live session of the cluster.'

  static override description =
    'Its user reads your reason, and both are on record. The connection to the container is closed; a program that outlives its connection may still run there.'

  static override usage = 'sessions terminate ID --reason TEXT [--yes] [-n NAMESPACE]'

  static override examples = [
    {
      description: 'After a question',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 --reason "INC-1234: wrong cluster"',
    },
    {
      description: 'Without one, from a script',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 --reason INC-1234 --yes',
    },
  ]

  static override args = { id: stringArg({ required: true, description: 'Id of the session, or its beginning' }) }

  static override flags = {
    reason: string({ required: true, description: 'Why: its user and the record are told', helpValue: 'TEXT' }),
    yes: boolean({ char: 'y', description: 'Do not ask' }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsTerminate)
    await using chosen = await openChosenLibrary(flags)
    const resolved = await resolveSession(args.id, chosen)
    const request = { reason: flags.reason, sure: flags.yes }
    await terminateSession({ library: chosen.library, resolved }, request, standardOutput())
  }
}
