import { Command } from '@oclif/core/command'
import { string } from '@oclif/core/flags'
import { standardOutput } from '../../launch/this-process.ts'
import { reindex } from '../../reading/folder/reindex.ts'

export default class SessionsReindex extends Command {
  static override summary = 'Make the index of this machine’s recordings anew.'

  static override description =
    'Lists and searches go through an index in the cache folder. It is derived from the logs and never a source of truth: it can be deleted at any time, and is kept up by itself. A cluster’s server looks after its own.'

  static override usage = 'sessions reindex [--log FOLDER]'

  static override examples = [
    { description: 'Of everything that was recorded on this machine', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Of the copy of a log', command: '<%= config.bin %> <%= command.id %> --log ./evidence' },
  ]

  static override flags = {
    log: string({
      description: 'Of the logs in this folder and below; may be repeated',
      multiple: true,
      helpValue: 'FOLDER',
      multipleNonGreedy: true,
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(SessionsReindex)
    await reindex({ folders: flags.log ?? [], env: process.env }, standardOutput())
  }
}
