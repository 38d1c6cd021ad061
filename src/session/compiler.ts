import { setFlagsFromString } from 'node:v8'

/**
 * Turns one of V8's compilers off. A process that ends while its background thread waits for a garbage collection never
 * ends (nodejs/node#54918): seen here once in some hundred sessions, after the session was over and on record.
 */
export const avoidHangAtExit = (): void => setFlagsFromString('--no-maglev')
