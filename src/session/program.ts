import PACKAGE from '../../package.json' with { type: 'json' }

/** What this program calls itself to servers and in records. */
export const PROGRAM = { name: PACKAGE.name, version: PACKAGE.version } as const
