import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import { listSessions } from '../../reading/read-sessions.ts'
import { summaryJson, summaryTable } from '../../reading/summary.ts'
import { escapeText } from '../../recording/escape.ts'

export default class SessionsList extends Command {
  static override summary = 'List the sessions that were recorded on this machine.'

  static override description = 'Those of the local collector and of sandboxes, newest first.'

  static override examples = [
    { description: 'All sessions recorded here', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Those in a folder, for a program',
      command: '<%= config.bin %> <%= command.id %> --log /srv/audit --json',
    },
  ]

  static override flags = {
    log: string({ description: 'Folder of a log, or one that holds logs', helpValue: 'FOLDER' }),
    json: boolean({ description: 'One JSON object a line' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(SessionsList)
    const { sessions, unreadable } = await listSessions({ folder: flags.log, env: process.env })
    for (const { log, why } of unreadable) this.logToStderr('%s', `warning: ${escapeText(`${log}: ${why}`)}`)
    if (sessions.length === 0) this.logToStderr('No sessions were recorded on this machine yet.')
    const lines = flags.json ? sessions.map(summaryJson) : summaryTable(sessions)
    for (const line of lines) this.log('%s', line)
  }
}
