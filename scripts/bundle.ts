import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'
import { embedPlayer } from './embed-player.ts'

/** Native modules cannot be bundled. They are optional dependencies, imported only where they are needed. */
const EXTERNAL = [/^@lydell\/node-pty/]

/** `dist/launch.mjs`, `dist/server.mjs`, `dist/library-worker.mjs`, and one `dist/commands/**.mjs` for each command, which oclif finds by its path. */
function entries(root: string): Record<string, string> {
  const input: Record<string, string> = { launch: join(root, 'src/launch/launch.ts') }
  const server = join(root, 'server-min/main.ts')
  if (existsSync(server)) input.server = server
  // Its owner looks for it by this name (server-min/library/worker/worker-link.ts).
  const worker = join(root, 'server-min/library/worker/library-worker.ts')
  if (existsSync(worker)) input['library-worker'] = worker
  for (const file of globSync('src/commands/**/*.ts', { cwd: root })) {
    input[file.slice('src/'.length, -'.ts'.length)] = join(root, file)
  }
  return input
}

/**
 * The way to the first prompt as three files in place of sixteen, since each costs Node half a millisecond: what every start
 * needs, what is needed to dial the API server, and what is loaded while it answers.
 */
const EXEC_PATH = [
  {
    name: 'start',
    test: /src\/(launch\/(program|route|exec-flags|pflag|faults)|protocol\/(fault|printable)|kube\/flags)\.ts$/,
  },
  {
    name: 'dial',
    test: /src\/(launch\/(exec|parse-exec|kuberc-defaults|terminal)\.ts$|session\/(run-exec|terminal)\.ts$|kube\/(?!web-socket|http|exec-plugin|pod|containers|workloads))|node_modules\/js-yaml/,
  },
  {
    name: 'session',
    test: /src\/(session|protocol|collector\/(?!local|state-folder)|kube\/(web-socket|pod|containers|workloads))|node_modules\/ws\//,
  },
]

/** Ink asks for its debugger where DEV is set: a package that we do not ship, so nobody else's may take its place. */
const NO_DEBUGGER = {
  name: 'no-debugger',
  resolveId: (id: string) => (id === 'react-devtools-core' ? `\0${id}` : null),
  load: (id: string) => (id === '\0react-devtools-core' ? 'export default {}' : null),
}

/** Bundles the program of `root` into `outDir` and returns the files whose code it holds. */
export async function bundle(root: string, outDir: string): Promise<string[]> {
  const build = await rolldown({
    input: entries(root),
    cwd: root,
    platform: 'node',
    external: EXTERNAL,
    plugins: [NO_DEBUGGER, embedPlayer(root)],
    // Libraries ask these at run time; answered here, their development halves fall away.
    // The oldest Node of package.json's engines: what is younger in the sources (`using`) is written in its words.
    transform: {
      target: 'node22.19',
      define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    },
    checks: { pluginTimings: false },
  })
  const { output } = await build.write({
    dir: outDir,
    format: 'esm',
    minify: true,
    cleanDir: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    codeSplitting: { groups: EXEC_PATH },
  })
  await build.close()
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk')
  return [...new Set(chunks.flatMap((chunk) => chunk.moduleIds))]
}
