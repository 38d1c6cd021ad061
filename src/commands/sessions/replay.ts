import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { libraryFlags } from '../../launch/oclif-flags.ts'
import { userPreferences, wantsLines } from '../../launch/preferences.ts'
import { openChosenLibrary, standardOutput } from '../../launch/this-process.ts'
import { fault } from '../../player/faults.ts'
import { hasTerminal } from '../../player/own-screen.ts'
import { type Pace, pacedLibrary, parseIdleLimit, parseSpeed } from '../../player/pace.ts'
import { play, statusOf } from '../../player/player.ts'
import { parseMoment } from '../../reading/moment.ts'
import { printLog } from '../../reading/print-log.ts'
import { resolveSession } from '../../reading/resolve-session.ts'
import type { Settings } from '../../settings/catalogue.ts'

export default class SessionsReplay extends Command {
  static override summary = 'Play a session on your terminal, as it was.'

  static override description =
    'It plays in a screen of its own and through an emulator: nothing that was recorded reaches your terminal by itself. Press ? for the keys. With --plain, or where ACCESSIBLE is set, it prints lines in time and repaints nothing.'

  static override usage =
    'sessions replay ID[@TIME] [--speed NUMBER] [--idle-limit SECONDS] [--input] [--plain] [-n NAMESPACE | --local | --log FOLDER]'

  static override examples = [
    { description: 'The newest session', command: '<%= config.bin %> <%= command.id %> latest' },
    {
      description: 'From a moment on, at double speed, with pauses of two seconds at most',
      command: '<%= config.bin %> <%= command.id %> 0199c0de-4f21@83.2 --speed 2 --idle-limit 2',
    },
  ]

  static override args = {
    id: stringArg({ required: true, description: 'Id of the session, its beginning, or latest; ID@83.2 begins there' }),
  }

  static override flags = {
    speed: string({
      description: 'How many times as fast (1, or what `config set replay.speed` says)',
      helpValue: 'NUMBER',
    }),
    'idle-limit': string({ description: 'Pauses are no longer than this', helpValue: 'SECONDS' }),
    input: boolean({ description: 'Show what was typed as well, in a line of its own' }),
    plain: boolean({ description: 'Print lines in time, without a screen', allowNo: true }),
    ...libraryFlags(),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsReplay)
    const preferred = await userPreferences()
    const { speed, idleLimit } = paceOf(flags, preferred)
    const plain = flags.plain ?? wantsLines(process.env, preferred)
    if (!plain && !hasTerminal()) throw fault('KAE_PLAYER_NO_TERMINAL')
    await using chosen = await openChosenLibrary(flags)
    const resolved = await resolveSession(args.id, chosen)
    const { at, session } = resolved
    const { input } = flags
    if (plain) {
      const library = pacedLibrary(chosen.library, { speed, idleLimit, at: at ?? 0 })
      const request = { format: 'lines', follow: false, timestamps: false, input, secrets: false } as const
      return await printLog({ library, resolved, atOnce: chosen.library }, request, standardOutput())
    }
    const options = { env: process.env, parseTime: parseMoment, speed, input, idleLimit, at }
    const ended = await play(chosen.library, session, options)
    this.exit(statusOf(ended))
  }
}

interface PaceFlags {
  readonly speed?: string | undefined
  readonly 'idle-limit'?: string | undefined
}

const paceOf = (flags: PaceFlags, { replay = {} }: Settings): Pick<Pace, 'speed' | 'idleLimit'> => ({
  speed: parseSpeed(flags.speed ?? String(replay.speed ?? 1)),
  idleLimit: limitOf(flags['idle-limit'] ?? replay.idleLimit),
})

const limitOf = (seconds: string | number | undefined): number | undefined =>
  seconds === undefined ? undefined : parseIdleLimit(String(seconds))
