import { Command } from '@oclif/core/command'
import { boolean } from '@oclif/core/flags'
import { trySandbox } from '../launch/try-sandbox.ts'

export default class Sandbox extends Command {
  static override summary = 'Try it without a cluster: an audited shell on this machine.'

  static override description =
    'Starts a small Kubernetes API server of our own on loopback, with the real collector and admission webhook behind it, and opens a shell in its pod web-0. Its pods are no containers: the shells run on this machine, as you. Without a terminal a short script runs instead, and its record is printed. With --serve its kubeconfig has contexts for several people: you, an administrator; alice and bob, who read what is theirs; auditor, who reads everybody’s; audit-outsider, who reads nothing.'

  static override examples = [
    { description: 'A shell, and then where its record is', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Keep it running, to use kubectl on it', command: '<%= config.bin %> <%= command.id %> --serve' },
  ]

  static override flags = {
    serve: boolean({ description: 'Keep it running and print its KUBECONFIG' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Sandbox)
    process.exitCode = await trySandbox(flags)
  }
}
