import { Command } from '@oclif/core/command'
import { string } from '@oclif/core/flags'
import { standardOutput } from '../../launch/this-process.ts'
import { objectText } from '../../reading/print/print-objects.ts'
import { tableLines } from '../../reading/print/table.ts'
import { SETTING_NAMES, SETTINGS } from '../../settings/catalogue.ts'
import { readSettings, settingOf, settingsPath } from '../../settings/settings-file.ts'

const COLUMNS = [{ heading: 'SETTING' }, { heading: 'VALUE' }, { heading: 'TAKES' }, { heading: 'MEANING', least: 20 }]

export default class ConfigList extends Command {
  static override summary = 'Show all settings, and what is set.'

  static override description =
    'Settings are preferences of the person at this machine: how recordings are shown. Nothing here changes what is recorded, or where; defaults of exec’s flags are kubectl’s (kuberc). They are kept in $XDG_CONFIG_HOME/kube-audit-exec/settings.json.'

  static override examples = [
    { description: 'All of them', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'What is set, for a program', command: '<%= config.bin %> <%= command.id %> -o json' },
  ]

  static override flags = {
    output: string({ char: 'o', description: 'How to print', options: ['table', 'json', 'yaml'], default: 'table' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(ConfigList)
    const settings = await readSettings(process.env)
    const { columns: width, paint, write, say } = standardOutput()
    if (flags.output !== 'table') return await write(objectText(flags.output as 'json' | 'yaml', settings))
    const rows = SETTING_NAMES.map((name) => {
      const { takes, summary } = SETTINGS[name]
      return [name, String(settingOf(settings, name) ?? '-'), takes, summary].map((text) => ({ text }))
    })
    await write(`${tableLines(COLUMNS, rows, { paint, width, headings: true }).join('\n')}\n`)
    say(settingsPath(process.env))
  }
}
