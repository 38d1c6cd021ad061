import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseObjectReference, readObjectReference } from '../../src/session/object-file.ts'

const parse = (text: string) => parseObjectReference(text, 'pod.yaml')
const refusal = (detail: unknown) => expect.objectContaining({ code: 'KAE_OBJECT_FILE_INVALID', exit: 1, detail })

describe('a manifest', () => {
  it.each([
    ['kind: Pod\nmetadata: {name: web-0}', { ref: 'pod/web-0' }],
    ['kind: Pod\nmetadata: {name: web-0, namespace: prod}', { ref: 'pod/web-0', namespace: 'prod' }],
    ['{"kind": "StatefulSet", "metadata": {"name": "db"}, "spec": {}}', { ref: 'statefulset/db' }],
    ['kind: Pod\nmetadata: {name: web-0, namespace: 7}', { ref: 'pod/web-0' }],
  ])('names its object: %j', (text, named) => expect(parse(text)).toEqual(named))

  it.each([
    ['text', 'a word'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['kind: Pod', 'no metadata'],
    ['kind: Pod\nmetadata: null', 'null metadata'],
    ['kind: Pod\nmetadata: {}', 'no name'],
    ['kind: Pod\nmetadata: {name: 7}', 'a number for a name'],
    ['metadata: {name: web-0}', 'no kind'],
    ['kind: [Pod]\nmetadata: {name: web-0}', 'a list for a kind'],
  ])('that is %j names none: %s', (text) => {
    expect(() => parse(text)).toThrow(refusal(expect.stringMatching(/^pod\.yaml: expected one object/)))
  })

  it.each(['', 'kind: {', 'a: b: c', '\tkind: Pod', 'kind: Pod\n---\nkind: Pod'])(
    'that is no YAML says where: %j',
    (text) => {
      expect(() => parse(text)).toThrow(refusal(expect.stringMatching(/^pod\.yaml: [^\n]+$/)))
    },
  )

  it('is read from its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kae-object-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'pod.yaml')
    writeFileSync(file, 'kind: Pod\nmetadata: {name: web-0}')
    expect(await readObjectReference(file)).toEqual({ ref: 'pod/web-0' })
    await expect(readObjectReference(join(folder, 'none'))).rejects.toEqual(refusal(expect.stringContaining('none')))
    await expect(readObjectReference(folder)).rejects.toEqual(refusal(expect.stringContaining('EISDIR')))
  })
})
