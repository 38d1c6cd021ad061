import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { verifySessions } from '../../reading/verify/verify-sessions.ts'
import type { VerifyFormat } from '../../reading/verify/write-report.ts'

export default class SessionsVerify extends Command {
  static override summary = 'Check that recordings are as they were written.'

  static override description =
    'Of logs on this machine every byte is checked: checksums, commit marks, the chain of each session, and its end. Of a cluster the records that it serves are checked against each other: each links to the one before by its hash. With an id, the report is about that session, and about the log around it. Neither can see that everything was written anew: only a copy, or a head, that was kept elsewhere shows that. The exit status is 1 unless all is intact.'

  static override usage = 'sessions verify [ID] [-o FORMAT] [-n NAMESPACE | -A | --local | --log FOLDER]'

  static override examples = [
    { description: 'All logs on this machine', command: '<%= config.bin %> <%= command.id %> --local' },
    {
      description: 'One session, as the cluster serves it',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21',
    },
    {
      description: 'A copy of a log, offline',
      command: '<%= config.bin %> <%= command.id %> --log ./evidence -o json',
    },
    {
      description: 'One session in its log',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 --log ./evidence',
    },
  ]

  static override args = {
    id: stringArg({ description: 'Id of a session, its beginning, or latest; without it all are checked' }),
  }

  static override flags = {
    output: string({ char: 'o', description: 'How to print', options: ['text', 'json', 'yaml'], default: 'text' }),
    json: boolean({ description: 'The same as -o json' }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsVerify)
    await using chosen = await openChosenLibrary(flags, { reportsEach: true })
    const format = flags.json ? 'json' : (flags.output as VerifyFormat)
    await verifySessions(chosen, { name: args.id, format }, standardOutput())
  }
}
