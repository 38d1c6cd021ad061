import { basename, join } from 'node:path'
import { rolldown } from 'rolldown'

/** Bundles one program of the fault rig, so that a process of it starts in the time of an empty one. Gives its path. */
export async function bundleProgram(source: string, outDir: string): Promise<string> {
  const build = await rolldown({ input: source, platform: 'node', checks: { pluginTimings: false } })
  const name = basename(source, '.ts')
  await build.write({ dir: outDir, format: 'esm', entryFileNames: `${name}.mjs`, codeSplitting: false })
  await build.close()
  return join(outDir, `${name}.mjs`)
}
