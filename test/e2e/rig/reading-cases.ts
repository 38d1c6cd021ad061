/** What each command that reads gives of one recorded shell, wherever the recording is read from. */

/** What was typed into the shell, on a terminal, in pod web-0; it ends with 3. */
export const TYPED = ['echo marker-$((40 + 2))', 'exit 3'] as const

export interface ReadingCase {
  /** The words after `sessions`, without where to look. */
  readonly words: readonly string[]
  /** All of it stands in stdout. */
  readonly shows: readonly (string | RegExp)[]
  readonly status?: number
}

/** A line of text that a person reads: the shell's prompt differs from image to image. */
const ECHOED = /^.*[#$] echo marker-\$\(\(40 \+ 2\)\)$/m
const SHOWN = /^marker-42$/m
const SEEN = /@\d+\.\d {2}seen +(?:\d+ +)?echo marker-\$\(\(40 \+ 2\)\)/

export const readingCases = (id: string, user: string): readonly ReadingCase[] => [
  { words: ['list'], shows: [new RegExp(`^${id} +\\d+[sm] +${user} .*web-0 +exit 3 `, 'm')] },
  { words: ['list', '-o', 'wide'], shows: [/^ID +STARTED +DURATION +USER/, id] },
  { words: ['list', '-o', 'json'], shows: ['"kind": "SessionList"', `"name": "${id}"`] },
  { words: ['list', '-o', 'jsonl'], shows: [new RegExp(`^\\{.*"name":"${id}"`, 'm')] },
  { words: ['list', '-o', 'yaml'], shows: ['kind: SessionList', `name: "${id}"`] },
  { words: ['list', '-o', 'name'], shows: [new RegExp(`^session\\.kube-audit-exec\\.io/${id}$`, 'm')] },
  {
    words: ['list', '--contains', 'MARKER', '--exit-status', 'nonzero', '--interactive', '--ended', '--user', user],
    shows: [id],
  },
  { words: ['show', id], shows: [/^State +exit 3$/m, /as the Kubernetes API server authenticated them/, SEEN] },
  { words: ['show', id.slice(0, 13), '-o', 'json'], shows: [`"name": "${id}"`, 'echo marker-$((40 + 2))'] },
  { words: ['show', 'latest', '-o', 'yaml'], shows: [/^kind: Session$/m, 'echo marker-$((40 + 2))'] },
  { words: ['log', id], shows: [ECHOED, SHOWN] },
  { words: ['log', id, '--timestamps'], shows: [/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}marker-42$/m] },
  { words: ['log', id, '--input'], shows: [/echo marker-\$\(\(40 \+ 2\)\)/, SHOWN] },
  { words: ['log', id, '--records'], shows: [/^\S+Z {2}open /m, /^\S+Z {2}output .*marker-42/m, /exited with 3/] },
  { words: ['log', id, '--json'], shows: [/^\{.*"kind":"open"/m, /^\{.*"kind":"end"/m] },
  { words: ['log', id, '--raw'], shows: [/marker-42\r\n/] },
  { words: ['log', id, '-f'], shows: [SHOWN] },
  { words: ['search', 'MARKER'], shows: [new RegExp(`^${id}@\\d+\\.\\d .*echo marker-`, 'm')] },
  { words: ['search', '/marker-\\d+/', '--output', '-o', 'json'], shows: ['"where": "output"', 'marker-42'] },
  {
    words: ['search', 'MARKER', '-o', 'name'],
    shows: [new RegExp(`^session\\.kube-audit-exec\\.io/${id}@\\d+\\.\\d$`, 'm')],
  },
  { words: ['search', 'no such words'], shows: [/^$/], status: 1 },
  { words: ['verify'], shows: [/^intact {2}/] },
  { words: ['verify', id, '-o', 'json'], shows: [/"intact": true/] },
  { words: ['export', id, '--format', 'asciicast-v2'], shows: [/^\{"version":2,/, /"m", ?"echo marker-/] },
  { words: ['export', id, '--format', 'asciicast-v3'], shows: [/^\{"version":3,/, /"x", ?"3"\]/] },
  { words: ['export', id, '--format', 'html'], shows: [/^<!doctype html>/i, 'echo marker-$((40 + 2))'] },
  { words: ['export', id, '--format', 'text'], shows: [SHOWN, 'web-0'] },
  { words: ['export', id, '--format', 'json'], shows: [/^\{.*"kind":"open"/m, /^\{.*"kind":"end"/m] },
  { words: ['replay', id, '--plain', '--speed', '50'], shows: [ECHOED, SHOWN] },
  { words: ['watch', id, '--from-start'], shows: [SHOWN] },
]
