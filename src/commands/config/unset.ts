import { string as stringArg } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { SETTING_NAMES, settingNamed } from '../../settings/catalogue.ts'
import { changeSetting } from '../../settings/settings-file.ts'

export default class ConfigUnset extends Command {
  static override summary = 'Take a setting back to its default.'

  static override description = 'Nothing happens where it was not set.'

  static override examples = [
    { description: 'Pauses as long as they were', command: '<%= config.bin %> <%= command.id %> replay.idleLimit' },
    { description: 'Screens again', command: '<%= config.bin %> <%= command.id %> accessible' },
  ]

  static override args = {
    name: stringArg({ required: true, description: `The setting: ${SETTING_NAMES.join(', ')}` }),
  }

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigUnset)
    await changeSetting(process.env, settingNamed(args.name), undefined)
  }
}
