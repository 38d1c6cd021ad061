import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { string } from '@oclif/core/flags'
import { fault } from '../../reading/faults.ts'
import { sessionIdOf, verifyLogs } from '../../reading/read-sessions.ts'
import { escapeText } from '../../recording/escape.ts'

export default class SessionsVerify extends Command {
  static override summary = 'Check that logs are as they were written.'

  static override description =
    'Checks every byte: checksums, commit marks, and the chain of each session. It cannot see that a log was cut at a commit mark or written anew as a whole: only a copy kept elsewhere shows that.'

  static override examples = [
    { description: 'All logs on this machine', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'The log that holds a session',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-0000-7000-8000-000000000001',
    },
  ]

  static override args = { id: stringArg({ description: 'Id of a session; without it all logs are checked' }) }

  static override flags = {
    log: string({ description: 'Folder of a log, or one that holds logs', helpValue: 'FOLDER' }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsVerify)
    const id = args.id === undefined ? undefined : sessionIdOf(args.id)
    let wrong = 0
    for await (const { intact, words, log } of verifyLogs({ folder: flags.log, env: process.env }, id)) {
      this.log('%s', `${intact ? 'intact' : 'WRONG '}  ${escapeText(log)}: ${words}`)
      if (!intact) wrong += 1
    }
    if (wrong > 0) throw fault('KAE_VERIFICATION_FAILED', { detail: `${wrong} in all` })
  }
}
