import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { placeWords } from '../../reading/library-flags.ts'
import { resolveSession } from '../../reading/resolve-session.ts'
import { printSession, type ShowFormat, withCommands } from '../../reading/show-session.ts'

export default class SessionsShow extends Command {
  static override summary = 'Show one session: who, where, when, how it was recorded, and its commands.'

  static override description =
    'The command list is derived from the record, and each line says where it comes from. Its times are places to replay from.'

  static override usage = 'sessions show ID [-o FORMAT] [-n NAMESPACE | --local | --log FOLDER]'

  static override examples = [
    { description: 'The newest session', command: '<%= config.bin %> <%= command.id %> latest' },
    {
      description: 'One by the beginning of its id, as YAML',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 -o yaml',
    },
  ]

  static override args = {
    id: stringArg({ required: true, description: 'Id of the session, its beginning, or latest' }),
  }

  static override flags = {
    output: string({ char: 'o', description: 'How to print', options: ['text', 'json', 'yaml'], default: 'text' }),
    json: boolean({ description: 'The same as -o json' }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsShow)
    await using chosen = await openChosenLibrary(flags)
    const { session, id } = await resolveSession(args.id, chosen)
    const shown = await withCommands({ session, place: placeWords(flags) }, chosen.library.commands(id))
    await printSession(shown, flags.json ? 'json' : (flags.output as ShowFormat), standardOutput())
  }
}
