import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { standardOutput } from '../../launch/this-process.ts'
import { printJournal } from '../../reading/print-journal.ts'

export default class SessionsJournal extends Command {
  static override summary = 'Print who read recordings, and who was let through without one.'

  static override description =
    'A collector writes beside the sessions who read or searched them, which exec it let through, and whom it let through without a session. It is read from the log itself: on the collector’s machine, or from a copy. Where it is damaged it is printed up to there: see `sessions verify`.'

  static override usage = 'sessions journal [--log FOLDER] [--json]'

  static override examples = [
    {
      description: 'Of the copy of a collector’s log',
      command: '<%= config.bin %> <%= command.id %> --log ./evidence',
    },
    {
      description: 'All that is known of each event, for a program',
      command: '<%= config.bin %> <%= command.id %> --json | jq .content',
    },
  ]

  static override flags = {
    log: string({
      description: 'Of the logs in this folder and below, in place of this machine’s; may be repeated',
      multiple: true,
      helpValue: 'FOLDER',
      multipleNonGreedy: true,
    }),
    json: boolean({ description: 'Each event as JSON on a line' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(SessionsJournal)
    await printJournal({ folders: flags.log ?? [], json: flags.json, env: process.env }, standardOutput())
  }
}
