import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { findProgram, IMAGES, inState } from './layout.ts'
import { runOk } from './run.ts'
import { encodeTar, type TarEntry } from './tar.ts'

interface Image {
  readonly tag: string
  readonly entries: readonly TarEntry[]
  readonly command: readonly string[]
}

const programContent = (name: string): Buffer => readFileSync(findProgram(name) ?? `/bin/${name}`)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const text = (path: string, content: string): TarEntry => ({ path, content: Buffer.from(content), mode: 0o644 })

const FOLDERS = ['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', 'var', 'var/run']
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n'

/** Every busybox applet (sh, ash, vi, stty, sha256sum, …) and bash. */
async function shells(): Promise<Image> {
  const applets = (await runOk(findProgram('busybox') ?? 'busybox', ['--list'])).trim().split('\n')
  return {
    tag: IMAGES.shells,
    command: ['/bin/sleep', '2147483647'],
    entries: [
      ...FOLDERS.map((path) => ({ path, mode: path === 'tmp' ? 0o1777 : 0o755 })),
      { path: 'bin/busybox', content: programContent('busybox') },
      { path: 'bin/bash', content: programContent('bash-static') },
      ...applets.filter((name) => name !== 'busybox').map((name) => ({ path: `bin/${name}`, target: 'busybox' })),
      text('etc/passwd', PASSWD),
      text('etc/group', 'root:x:0:\nnobody:x:65534:\n'),
    ],
  }
}

/** One program, which does nothing but sleep: busybox goes by the name that it is called by. It is the pods' pause image, too. */
const noShell = (): Image => ({
  tag: IMAGES.noShell,
  command: ['/sleep', '2147483647'],
  entries: [
    { path: 'dev' },
    { path: 'proc' },
    { path: 'sys' },
    { path: 'tmp', mode: 0o1777 },
    { path: 'sleep', content: programContent('busybox') },
  ],
})

/** The layout of `docker save`, which `ctr images import` reads. */
function encodeArchive(images: readonly Image[]): Buffer {
  const parts = images.map(({ tag, entries, command }, index) => {
    const layer = encodeTar(entries)
    const config = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: command, Env: ['PATH=/usr/local/bin:/usr/bin:/bin:/'], WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    }
    return { tag, layer, layerName: `layer-${index}.tar`, config, configName: `config-${index}.json` }
  })
  const manifest = parts.map(({ tag, layerName, configName }) => ({
    Config: configName,
    RepoTags: [tag],
    Layers: [layerName],
  }))
  return encodeTar([
    ...parts.flatMap(({ layer, layerName, config, configName }) => [
      { path: layerName, content: layer, mode: 0o644 },
      text(configName, JSON.stringify(config)),
    ]),
    text('manifest.json', JSON.stringify(manifest)),
  ])
}

/** Writes the test images as one archive, and gives its path. */
export async function writeImages(): Promise<string> {
  const path = inState('images.tar')
  writeFileSync(path, encodeArchive([await shells(), noShell()]))
  return path
}
