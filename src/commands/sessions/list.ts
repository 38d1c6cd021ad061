import { Command } from '@oclif/core/command'
import { boolean, integer, string } from '@oclif/core/flags'
import { filterFlags, libraryFlags } from '../../launch/oclif-flags.ts'
import { nowMicros, openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { printSessions } from '../../reading/list-sessions.ts'
import { LIST_FORMATS, type ListFormat } from '../../reading/print/print-objects.ts'
import { queryOf } from '../../reading/session-filters.ts'

export default class SessionsList extends Command {
  static override summary = 'List recorded sessions, newest first.'

  static override description =
    'Those of the cluster where it keeps recordings, else those of this machine. On a terminal the newest 50 are shown, and ids are cut to what tells them apart: the beginning of an id works wherever an id does.'

  static override usage = 'sessions list [-o FORMAT] [-w] [filters] [-n NAMESPACE | -A | --local | --log FOLDER]'

  static override examples = [
    { description: 'Sessions in the namespace of the context', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Who ran drop table this week, in any namespace',
      command: '<%= config.bin %> <%= command.id %> -A --since 1w --contains "drop table"',
    },
    {
      description: 'Shells that run now, as they come and go',
      command: '<%= config.bin %> <%= command.id %> -A --live --interactive -w',
    },
    {
      description: 'A copy of a log, offline, for a program',
      command: '<%= config.bin %> <%= command.id %> --log ./evidence -o json',
    },
  ]

  static override flags = {
    output: string({ char: 'o', description: 'How to print', options: [...LIST_FORMATS], default: 'table' }),
    json: boolean({ description: 'The same as -o json' }),
    'no-headers': boolean({ description: 'No line of headings' }),
    limit: integer({ description: 'At most so many; 50 on a terminal, else all', min: 1, helpValue: 'NUMBER' }),
    watch: boolean({ char: 'w', description: 'Go on with what changes' }),
    ...filterFlags(),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(SessionsList)
    await using chosen = await openChosenLibrary(flags)
    await chosen.settled()
    const request = {
      query: queryOf(flags, { namespace: chosen.namespace, now: nowMicros() }),
      format: flags.json ? 'json' : (flags.output as ListFormat),
      headings: !flags['no-headers'],
      limit: flags.limit,
      watch: flags.watch,
      clock: nowMicros,
    } as const
    await printSessions(chosen.library, request, standardOutput())
  }
}
