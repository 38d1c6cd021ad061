import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, integer, string } from '@oclif/core/flags'
import { filterFlags, libraryFlags } from '../../launch/oclif-flags.ts'
import { nowMicros, openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { HIT_FORMATS, type HitFormat, parsePattern, printHits } from '../../reading/search-commands.ts'
import { queryOf } from '../../reading/session-filters.ts'

export default class SessionsSearch extends Command {
  static override summary = 'Search the command lines of recorded sessions, newest first.'

  static override description =
    'TEXT is found in letters of either case; between slashes it is a regular expression. Each hit begins with a place to replay from. As with grep the exit status is 1 when nothing was found.'

  static override usage =
    'sessions search TEXT | /REGEX/ [--output] [-o FORMAT] [filters] [-n NAMESPACE | -A | --local | --log FOLDER]'

  static override examples = [
    { description: 'Who deleted something', command: '<%= config.bin %> <%= command.id %> "rm -rf"' },
    {
      description: 'By an expression, in all namespaces, today',
      command: '<%= config.bin %> <%= command.id %> -A --since 1d "/curl .*\\|\\s*sh/"',
    },
    {
      description: 'In what containers wrote as well',
      command: '<%= config.bin %> <%= command.id %> --output "permission denied" -o json',
    },
    {
      description: 'Names with their moments, for replay and other commands',
      command: '<%= config.bin %> <%= command.id %> "rm -rf" -o name',
    },
  ]

  static override args = {
    text: stringArg({ required: true, description: 'A text, or a regular expression between slashes' }),
  }

  static override flags = {
    output: boolean({ description: 'Search what containers wrote as well' }),
    format: string({ char: 'o', description: 'How to print', options: [...HIT_FORMATS], default: 'table' }),
    json: boolean({ description: 'The same as -o json' }),
    limit: integer({ description: 'At most so many hits', default: 100, min: 1, helpValue: 'NUMBER' }),
    ...filterFlags(),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsSearch)
    const pattern = parsePattern(args.text)
    await using chosen = await openChosenLibrary(flags)
    const sessions = queryOf(flags, { namespace: chosen.namespace, now: nowMicros() })
    const search = { pattern, sessions, output: flags.output, limit: flags.limit }
    const format = flags.json ? 'json' : (flags.format as HitFormat)
    const found = await printHits(chosen.library, { search, format }, standardOutput())
    if (found === 0) process.exitCode = 1
  }
}
