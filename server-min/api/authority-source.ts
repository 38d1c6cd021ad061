import type { RequestHeaderConfig } from './request-header.ts'

/** Where a configuration comes from that may change while the server runs. */
export interface RequestHeaderSource {
  readonly current: RequestHeaderConfig
  /** Looks now, in place of at the next time. */
  check(): Promise<void>
  close(): void
}

export interface SourceEvents {
  /** `current` is another one now. */
  changed(): void
  /** It could not be read again: the last one stays in force. */
  failed(error: unknown): void
}
