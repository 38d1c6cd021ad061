import { asciiJson } from '../escape.ts'
import { type CastDialect, CastEncoder, seconds } from './cast.ts'
import type { CastOptions } from './cast-events.ts'
import { type Encoder, LOSS_WORDS } from './format.ts'

/** https://docs.asciinema.org/manual/asciicast/v3/: a header, then `[seconds since the event before, code, data]` a line. */
function v3(): CastDialect {
  let before = 0
  return {
    header: ({ size, idleLimit, title, command, timestamp, origin }) => ({
      version: 3,
      term: { cols: size.columns, rows: size.rows },
      timestamp,
      ...(idleLimit === undefined ? {} : { idle_time_limit: idleLimit }),
      command,
      title,
      'kube-audit-exec': origin,
    }),
    event: ({ time, code, data }) => {
      const interval = time - before
      before = time
      return `[${seconds(interval)}, "${code}", ${asciiJson(data)}]`
    },
    // Lines that begin with # are comments.
    closing: (losses) => [...losses].map((loss) => `# lossy: ${LOSS_WORDS[loss]}`),
  }
}

export const asciicastV3 = (options: CastOptions = {}): Encoder => new CastEncoder(v3(), options)
