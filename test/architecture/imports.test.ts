import { describe, expect, it } from 'vitest'
import { importsOf, loadedWith, readSource, sourceFiles } from './sources.ts'

const PACKAGE_JSON = 'package.json'

interface Room {
  readonly files: string
  /** Prefixes of what its files may import, beside packages and node's own modules. */
  readonly may: readonly string[]
  readonly why: string
}

/** commands → launch|settings → session|reading|sandbox → collector → kube → protocol, and server-min → protocol. */
const ROOMS: readonly Room[] = [
  {
    files: 'src/protocol/**/*.ts',
    may: ['src/protocol/'],
    why: 'client and server must agree on it, so it can depend on neither',
  },
  {
    files: 'src/kube/**/*.ts',
    may: ['src/kube/', 'src/protocol/'],
    why: 'a connection to Kubernetes knows nothing of recording',
  },
  {
    files: 'src/collector/!(local).ts',
    may: ['src/collector/', 'src/kube/', 'src/protocol/'],
    why: 'the client of a collector must not depend on how one is built',
  },
  {
    files: 'src/collector/local.ts',
    may: ['src/collector/', 'src/protocol/', 'server-min/'],
    why: 'this file alone puts a collector into the command line, for clusters without one',
  },
  {
    files: 'src/session/**/*.ts',
    may: ['src/session/', 'src/collector/', 'src/kube/', 'src/protocol/', PACKAGE_JSON],
    why: 'a session reaches every collector by the same seam and cannot favour the local one',
  },
  {
    files: 'src/recording/**/*.ts',
    may: ['src/recording/', 'src/protocol/'],
    why: 'what records mean is the same for client and server, so it can depend on neither',
  },
  {
    files: 'src/reading/**/*.ts',
    may: [
      'src/reading/',
      'src/recording/',
      'src/protocol/',
      'src/kube/',
      'src/collector/state-folder.ts',
      'server-min/log/',
      'server-min/library/',
    ],
    why: 'it finds sessions wherever they are, and must work without a cluster',
  },
  {
    files: 'src/player/**/*.ts',
    may: ['src/player/', 'src/recording/', 'src/protocol/'],
    why: 'it plays what it is given, wherever that comes from',
  },
  {
    files: 'src/ui/**/*.{ts,tsx}',
    may: ['src/ui/', 'src/player/', 'src/reading/', 'src/recording/', 'src/kube/', 'src/protocol/'],
    why: 'the screen shows what rooms give it and starts sessions by a callback',
  },
  {
    files: 'src/sandbox/**/*.ts',
    may: ['src/sandbox/', 'src/protocol/', 'server-min/'],
    why: 'the sandbox is a cluster: sharing code with its client would let both be wrong alike',
  },
  {
    files: 'src/launch/**/*.ts',
    may: [
      'src/launch/',
      'src/settings/',
      'src/session/',
      'src/reading/',
      'src/recording/',
      'src/ui/',
      'src/sandbox/',
      'src/collector/',
      'src/kube/',
      'src/protocol/',
      PACKAGE_JSON,
    ],
    why: 'the launcher stands above all rooms but the commands, which oclif loads',
  },
  {
    files: 'src/settings/**/*.ts',
    may: ['src/settings/', 'src/protocol/fault.ts'],
    why: 'preferences are looked up by whoever has some, and know nobody',
  },
  {
    files: 'src/commands/**/*.ts',
    may: [
      'src/settings/',
      'src/launch/',
      'src/reading/',
      'src/recording/',
      'src/player/',
      'src/ui/',
      'src/protocol/',
      'src/kube/flags.ts',
    ],
    why: 'a command is flags, one call, one print; two commands share nothing',
  },
  {
    files: 'server-min/**/*.ts',
    may: ['server-min/', 'src/protocol/', 'src/recording/', PACKAGE_JSON],
    why: 'the server must not carry the code of a client, which reads kubeconfigs and terminals',
  },
  { files: 'scripts/*.ts', may: ['scripts/', 'src/', 'server-min/'], why: 'scripts are for development alone' },
]

/** What only some files may import, whatever their room. */
const KEPT: readonly { readonly of: string; readonly by: RegExp; readonly why: string }[] = [
  {
    of: '@lydell/node-pty',
    by: /^src\/sandbox\/terminal-shell\.ts$/,
    why: 'it is native and optional: whoever imports it must cope without it',
  },
  {
    of: 'node:child_process',
    by: /^src\/(kube\/exec-plugin|session\/terminal|launch\/errand|sandbox\/[\w-]+)\.ts$/,
    why: 'only credential plugins, sandbox shells, stty and this program itself are programs that we start',
  },
  {
    of: 'conf',
    by: /^src\/settings\/settings-file\.ts$/,
    why: 'it takes 60 ms to load, so it is loaded in one place, and only where there is a file',
  },
  {
    of: '@oclif/core',
    by: /^(src\/(commands\/.*|launch\/(commands|oclif-flags))|scripts\/manifest)\.ts$/,
    why: 'it costs start-up time that exec must not pay',
  },
  {
    of: '@kubernetes/client-node',
    by: /^server-min\//,
    why: 'it is slow to load and merges kubeconfigs wrongly; exec has its own loader',
  },
]

const outside = (file: string, may: readonly string[]): string[] =>
  importsOf(file)
    .map(({ of }) => of)
    .filter((of) => (of.includes('/') && /^(src|server-min|scripts|test|bin)\//.test(of)) || of === PACKAGE_JSON)
    .filter((of) => !may.some((prefix) => of.startsWith(prefix)))
    .map((of) => `${file} imports ${of}`)

describe('imports point one way', () => {
  it.each(ROOMS)('$files: $why', ({ files, may }) => {
    const sources = sourceFiles(files)
    expect(sources).not.toEqual([])
    expect(sources.flatMap((file) => outside(file, may))).toEqual([])
  })

  it('every source file is in a room', () => {
    const roomy = new Set(ROOMS.flatMap(({ files }) => sourceFiles(files)))
    expect(sourceFiles('src/**/*.ts', 'src/**/*.tsx', 'server-min/**/*.ts').filter((file) => !roomy.has(file))).toEqual(
      [],
    )
  })

  it.each(KEPT)('$of is for $by alone: $why', ({ of, by }) => {
    const importers = sourceFiles('src/**/*.ts', 'server-min/**/*.ts', 'scripts/*.ts').filter(
      (file) => !by.test(file) && importsOf(file).some((each) => each.of === of && !each.isTypeOnly),
    )
    expect(importers).toEqual([])
  })
})

describe('the protocol is pure', () => {
  it.each(sourceFiles('src/protocol/*.ts'))('%s touches no file, socket, clock or environment', (file) => {
    const impure = importsOf(file).filter(({ of }) => of.startsWith('node:') && of !== 'node:crypto')
    expect(impure).toEqual([])
    expect(readSource(file)).not.toMatch(/\bDate\.now\(|\bprocess\.[a-z]|\bperformance\.now\(|\bsetTimeout\(/)
  })
})

describe('durability', () => {
  it('is asked of the operating system in one file, so that it can be checked in one place', () => {
    const callers = sourceFiles('src/**/*.ts', 'server-min/**/*.ts').filter((file) =>
      /\b(fdatasync|fsync|datasync)\w*\(|\.(sync|datasync)\(\)/.test(readSource(file)),
    )
    expect(callers.filter((file) => !file.startsWith('server-min/log/'))).toEqual([])
    const direct = callers.filter((file) => /\b(fdatasync|fsync|datasync)\w*\(/.test(readSource(file)))
    expect(direct).toEqual(['server-min/log/node-storage.ts'])
  })
})

describe('start-up', () => {
  it('of the launcher loads nothing but what routes an argv', () => {
    const packages = [...loadedWith('src/launch/launch.ts')].filter(
      (of) => !of.includes('/') && !of.startsWith('node:'),
    )
    expect(packages).toEqual([PACKAGE_JSON])
  })

  it('of exec loads no package but those that dial', () => {
    const packages = [...loadedWith('src/launch/exec.ts')].filter((of) => !/^(src|server-min|node:)/.test(of))
    expect(packages.filter((of) => !['js-yaml', 'ws', PACKAGE_JSON].includes(of))).toEqual([])
  })

  it('of exec asks the runtime for TLS when it dials, not before', () => {
    const early = [...loadedWith('src/launch/exec.ts')].filter((of) => /^node:(tls|https?)$/.test(of))
    expect(early).toEqual([])
  })
})
