import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { parseSetting, SETTING_NAMES, settingNamed } from '../../settings/catalogue.ts'
import { changeSetting } from '../../settings/settings-file.ts'

export default class ConfigSet extends Command {
  static override summary = 'Set how recordings are shown to you.'

  static override description =
    'See `config list` for the settings and what they take. A flag always goes before a setting.'

  static override examples = [
    {
      description: 'Long pauses are cut to two seconds in every replay',
      command: '<%= config.bin %> <%= command.id %> replay.idleLimit 2',
    },
    {
      description: 'Numbered lines instead of screens, for screen readers',
      command: '<%= config.bin %> <%= command.id %> accessible true',
    },
  ]

  static override args = {
    name: stringArg({ required: true, description: `The setting: ${SETTING_NAMES.join(', ')}` }),
    value: stringArg({ required: true, description: 'What it is to be' }),
  }

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigSet)
    const name = settingNamed(args.name)
    await changeSetting(process.env, name, parseSetting(name, args.value))
  }
}
