/** `__complete`: what shells, and kubectl for its plugins, ask while a line is typed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { escapeText } from '../recording/escape.ts'
import { type Candidate, complete, completionText } from './completion/candidates.ts'
import { type Cursor, cursorAt, type Manifest } from './completion/grammar.ts'
import { sourcesFor } from './completion/sources.ts'

/** @param root the package's folder, with oclif.manifest.json */
export async function answerCompletion(root: string, words: readonly string[]): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
  const cursor = cursorAt(words, manifest)
  const found = await complete(cursor, manifest, sourcesFor(cursor, process.env))
  process.stdout.write(completionText({ ...found, candidates: found.candidates.flatMap(harmless(cursor)) }))
}

/** Pods and users are named by others, and a shell shows and inserts what it gets: no name of theirs becomes a flag. */
export const harmless =
  ({ place }: Pick<Cursor, 'place'>) =>
  ({ value, description = '' }: Candidate): Candidate[] => {
    const isPlain = /^[\w@%+:,./-]+$/.test(value) && (place.type === 'flag' || !value.startsWith('-'))
    return isPlain ? [{ value, description: escapeText(description) }] : []
  }
