import { asciiJson } from '../escape.ts'
import { type CastDialect, CastEncoder, seconds } from './cast.ts'
import type { CastOptions } from './cast-events.ts'
import type { Encoder } from './format.ts'

/** https://docs.asciinema.org/manual/asciicast/v2/: a header, then `[seconds since the beginning, code, data]` a line. */
export const asciicastV2Dialect: CastDialect = {
  header: ({ size, idleLimit, title, command, timestamp, origin }) => ({
    version: 2,
    width: size.columns,
    height: size.rows,
    timestamp,
    ...(idleLimit === undefined ? {} : { idle_time_limit: idleLimit }),
    command,
    title,
    'kube-audit-exec': origin,
  }),
  // This version has no event for the exit status.
  event: ({ time, code, data }) => (code === 'x' ? undefined : `[${seconds(time)}, "${code}", ${asciiJson(data)}]`),
  closing: () => [],
}

export const asciicastV2 = (options: CastOptions = {}): Encoder => new CastEncoder(asciicastV2Dialect, options)
