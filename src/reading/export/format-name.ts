import { extname } from 'node:path'
import { escapeText } from '../../recording/escape.ts'
import { fault } from './faults.ts'

export const EXPORT_FORMATS = ['asciicast-v2', 'asciicast-v3', 'json', 'text', 'html', 'typescript'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Version 2 for `.cast`: every player reads it, and version 3 only those of 2025 and later. */
const BY_EXTENSION: Readonly<Record<string, ExportFormat>> = {
  '.cast': 'asciicast-v2',
  '.json': 'json',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.txt': 'text',
  '.html': 'html',
  '.htm': 'html',
  '.typescript': 'typescript',
}

export interface FormatRequest {
  readonly format?: ExportFormat | undefined
  /** The file, where there is one. */
  readonly output?: string | undefined
  /** Whether what goes to stdout is looked at by a person at once. */
  readonly onTerminal: boolean
}

/** @throws Fault KAE_EXPORT_FORMAT_UNKNOWN, KAE_EXPORT_NEEDS_FILE */
export function chooseFormat({ format, output, onTerminal }: FormatRequest): ExportFormat {
  if (output === undefined) return forStdout(format ?? (onTerminal ? 'text' : 'asciicast-v2'), onTerminal)
  if (format !== undefined) return format
  const known = BY_EXTENSION[extname(output).toLowerCase()]
  if (known === undefined) throw fault('KAE_EXPORT_FORMAT_UNKNOWN', { detail: escapeText(output), ...adviceOn(output) })
  return known
}

/** Everywhere else `-o` says how to print, as kubectl's does. */
const adviceOn = (output: string): { readonly next?: string } =>
  EXPORT_FORMATS.some((format) => format === output)
    ? { next: `Here -o names the file. For the format write --format ${output}.` }
    : {}

/** Text and everything that is JSON is safe to look at. */
function forStdout(format: ExportFormat, onTerminal: boolean): ExportFormat {
  if (format === 'typescript') throw fault('KAE_EXPORT_NEEDS_FILE', { detail: 'typescript is more than one file' })
  if (format === 'html' && onTerminal) throw fault('KAE_EXPORT_NEEDS_FILE', { detail: 'a page is not for a terminal' })
  return format
}
