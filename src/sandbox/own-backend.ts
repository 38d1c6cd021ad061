import type { StartBackend } from './backend.ts'

/** The real collector and webhook, in this process. */
export const startOwnBackend: StartBackend = () => Promise.reject(new Error('not there yet'))
