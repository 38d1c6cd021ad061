import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { type LogRequest, printLog } from '../../reading/print-log.ts'
import { resolveSession } from '../../reading/resolve-session.ts'

export default class SessionsLog extends Command {
  static override summary = 'Print what a session showed, as plain text.'

  static override description =
    'Lines stand as they were when they were done: what was edited or redrawn is resolved, colours and everything else that could act on your terminal is left out. For the record itself add --records or --json. This does not check the record: see `sessions verify`.'

  static override usage =
    'sessions log ID[@TIME] [-f] [--timestamps] [--input [--secrets]] [--records | --json | --raw] [-n NAMESPACE | --local | --log FOLDER]'

  static override examples = [
    { description: 'What the newest session showed', command: '<%= config.bin %> <%= command.id %> latest' },
    {
      description: 'Keys as well, with the time of each line',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 --input --timestamps',
    },
    { description: 'Follow one that runs', command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 -f' },
    {
      description: 'Just what was typed, byte by byte',
      command:
        '<%= config.bin %> <%= command.id %> latest --json | jq -r \'select(.kind == "input").base64\' | base64 -d',
    },
  ]

  static override args = {
    id: stringArg({ required: true, description: 'Id of the session, its beginning, or latest; ID@83.2 begins there' }),
  }

  static override flags = {
    follow: boolean({ char: 'f', description: 'Go on until the session ends' }),
    timestamps: boolean({ description: 'The time of each line' }),
    input: boolean({ description: 'What was typed as well, but not what the terminal did not echo' }),
    secrets: boolean({
      description: 'With --input: passwords and whatever else was typed unseen as well',
      dependsOn: ['input'],
    }),
    records: boolean({ description: 'Each record on a line, with its bytes escaped', exclusive: ['json', 'raw'] }),
    json: boolean({ description: 'Each record as JSON on a line; bytes are in base64', exclusive: ['raw'] }),
    raw: boolean({ description: 'The bytes that the container wrote; never to a terminal' }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsLog)
    await using chosen = await openChosenLibrary(flags)
    const resolved = await resolveSession(args.id, chosen)
    const { follow, timestamps, input, secrets } = flags
    const format = flags.raw ? 'raw' : flags.json ? 'json' : flags.records ? 'records' : undefined
    const request: LogRequest =
      format === undefined ? { format: 'lines', follow, timestamps, input, secrets } : { format, follow }
    await printLog({ library: chosen.library, resolved }, request, standardOutput())
  }
}
