import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { userPreferences, wantsLines } from '../../launch/preferences.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { hasTerminal } from '../../player/own-screen.ts'
import { play, statusOf } from '../../player/player.ts'
import { elapsedNow, partingWords } from '../../player/watching.ts'
import { parseMoment } from '../../reading/moment.ts'
import { printLog } from '../../reading/print-log.ts'
import { resolveSession } from '../../reading/resolve-session.ts'

export default class SessionsWatch extends Command {
  static override summary = 'Watch a session while it runs.'

  static override description =
    'Shows its screen as it is now, and goes on with it. Pause and go back with the keys of `sessions replay` (?), and come back with G. q or Ctrl-C leave; the session does not notice. Without a terminal, with --plain, or where ACCESSIBLE is set, it prints lines.'

  static override usage = 'sessions watch ID [--from-start] [--plain] [-n NAMESPACE | --local | --log FOLDER]'

  static override examples = [
    { description: 'The newest session', command: '<%= config.bin %> <%= command.id %> latest' },
    {
      description: 'From its start, as lines for another program',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21 --from-start | grep -i error',
    },
  ]

  static override args = {
    id: stringArg({ required: true, description: 'Id of the session, its beginning, or latest' }),
  }

  static override flags = {
    'from-start': boolean({ description: 'Begin where the session began' }),
    plain: boolean({ description: 'Print lines, without a screen', allowNo: true }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsWatch)
    await using chosen = await openChosenLibrary(flags)
    const { library } = chosen
    const resolved = await resolveSession(args.id, chosen)
    const { session, id } = resolved
    const output = standardOutput()
    const plain = flags.plain ?? wantsLines(process.env, await userPreferences())
    if (plain || !hasTerminal()) {
      const from = flags['from-start'] ? 0 : elapsedNow(session, Date.now())
      const request = { format: 'lines', follow: true, timestamps: false, input: false, secrets: false } as const
      await printLog({ library, resolved: { ...resolved, at: from } }, request, output)
      return output.say(partingWords(await library.get(id)))
    }
    const from = flags['from-start'] ? 'start' : 'now'
    const ended = await play(library, session, { env: process.env, parseTime: parseMoment, live: true, from })
    output.say(partingWords(await library.get(id)))
    this.exit(statusOf(ended))
  }
}
