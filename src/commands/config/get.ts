import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { standardOutput } from '../../launch/this-process.ts'
import { SETTING_NAMES, settingNamed } from '../../settings/catalogue.ts'
import { readSettings, settingOf } from '../../settings/settings-file.ts'

export default class ConfigGet extends Command {
  static override summary = 'Print what a setting is set to.'

  static override description = 'Prints nothing, and exits with 1, where it is not set.'

  static override examples = [
    { description: 'How fast replays are', command: '<%= config.bin %> <%= command.id %> replay.speed' },
    {
      description: 'Whether screens are avoided, in a script',
      command: 'test "$(<%= config.bin %> <%= command.id %> accessible)" = true',
    },
  ]

  static override args = {
    name: stringArg({ required: true, description: `The setting: ${SETTING_NAMES.join(', ')}` }),
  }

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigGet)
    const value = settingOf(await readSettings(process.env), settingNamed(args.name))
    if (value === undefined) return this.exit(1)
    await standardOutput().write(`${value}\n`)
  }
}
