import { Plugin } from '@oclif/core/config'

/**
 * The text of `oclif.manifest.json` for the program built in `root`, with which oclif finds and describes commands
 * without loading them. What `oclif manifest` does, without the 208 packages of oclif's development program.
 */
export async function manifestOf(root: string): Promise<string> {
  // Otherwise oclif looks for TypeScript sources beside the built commands.
  process.env.NODE_ENV = 'production'
  const plugin = new Plugin({ root, type: 'core', isRoot: true, ignoreManifest: true, errorOnManifestCreate: true })
  await plugin.load()
  return `${JSON.stringify(plugin.manifest, null, 2)}\n`
}
