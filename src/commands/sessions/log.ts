import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { sessionIdOf, sessionRecords } from '../../reading/read-sessions.ts'
import { recordJson, recordLine } from '../../recording/lines.ts'

export default class SessionsLog extends Command {
  static override summary = 'Print the record of a session.'

  static override description =
    'Whatever was recorded is shown escaped, so that it cannot drive your terminal. This does not check the record: see `sessions verify`.'

  static override examples = [
    {
      description: 'What was typed and shown in a session',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-0000-7000-8000-000000000001',
    },
    {
      description: 'Just what was typed',
      command:
        '<%= config.bin %> <%= command.id %> 0199c0de-0000-7000-8000-000000000001 --json | jq -r \'select(.kind == "input").base64\' | base64 -d',
    },
  ]

  static override args = { id: stringArg({ required: true, description: 'Id of the session' }) }

  static override flags = {
    log: string({ description: 'Folder of the log, or one that holds logs', helpValue: 'FOLDER' }),
    json: boolean({ description: 'One JSON object a line; bytes are in base64' }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsLog)
    const print = flags.json ? recordJson : recordLine
    const records = sessionRecords(sessionIdOf(args.id), { folder: flags.log, env: process.env })
    for await (const record of records) this.log('%s', print(record))
  }
}
