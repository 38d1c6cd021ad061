import { spawnSync } from 'node:child_process'

/** Only where a processor has nothing else to do: SCHED_IDLE of sched(7). */
const IDLE = ['chrt', '--idle', '0'] as const
const [CHRT, ...flags] = IDLE

/**
 * Starts a program that stands for other machines: what it takes of this one's processors must not be what is measured.
 * Where there is no chrt, behind all others is the best there is.
 */
export const APART: readonly string[] = spawnSync(CHRT, [...flags, 'true']).status === 0 ? IDLE : ['nice', '-n', '19']
