import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, custom, string } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { openChosenLibrary } from '../../launch/this-process.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../../reading/export/format-name.ts'
import { runExport } from '../../reading/export/run-export.ts'
import { keepMemorySteady } from '../../reading/export/steady-memory.ts'

export default class SessionsExport extends Command {
  static override summary = 'Write a session as a file: a recording to play, a page, text or JSON.'

  static override description =
    'Recordings and pages hold what the session showed; --input adds what was typed. JSON holds every record whole. The formats asciicast and typescript hold the recorded bytes as they were: a plain player sends them to your terminal, where they can do whatever the session could; a page, text and `sessions replay` are safe.'

  static override usage =
    'sessions export ID[@TIME] [-o FILE] [--format FORMAT] [--force] [--input [--secrets]] [--idle-limit SECONDS] [-n NAMESPACE | --local | --log FOLDER]'

  static override examples = [
    {
      description: 'A page that plays in a browser, with everything in it',
      command: '<%= config.bin %> <%= command.id %> latest -o session.html',
    },
    {
      description: 'A recording for asciinema, with pauses of two seconds at most',
      command: '<%= config.bin %> <%= command.id %> 0199c0de -o session.cast --idle-limit 2',
    },
    {
      description: 'Every record as it was, for a program',
      command: '<%= config.bin %> <%= command.id %> 0199c0de --format json | gzip > session.jsonl.gz',
    },
  ]

  static override args = {
    id: stringArg({
      required: true,
      description: 'Id of the session, the beginning of one, or `latest`; ID@83.2 begins at that second',
    }),
  }

  static override flags = {
    format: custom<ExportFormat>({ options: [...EXPORT_FORMATS] })({
      description: 'Without it, what the file’s name ends in says it: .cast is asciicast-v2, which every player reads',
    }),
    output: string({ char: 'o', description: 'The file; stdout without it', helpValue: 'FILE' }),
    force: boolean({ description: 'Replace the file if there is one' }),
    input: boolean({ description: 'With what was typed, but not what the terminal did not echo' }),
    secrets: boolean({ description: 'With --input: passwords and whatever else was typed unseen as well' }),
    'idle-limit': string({ description: 'Play pauses no longer than this', helpValue: 'SECONDS' }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsExport)
    // Before the library: making its index reads the recordings as well.
    keepMemorySteady()
    await using chosen = await openChosenLibrary(flags)
    const { format, output, force, input, secrets } = flags
    await runExport(
      { reference: args.id, format, output, force, input, secrets, idleLimit: flags['idle-limit'] },
      chosen,
    )
  }
}
