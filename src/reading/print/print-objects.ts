/** Lists and objects for programs: always ASCII, so that no name or recorded byte acts on whoever looks at them. */
import { API_GROUP, GROUP_VERSION } from '../../protocol/api.ts'
import { asciiJson } from '../../recording/escape.ts'
import type { Output } from './output.ts'
import { yamlText } from './yaml-text.ts'

export const LIST_FORMATS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

export interface PrintedList<Item> {
  /** `SessionList`, `CommandHitList` */
  readonly kind: string
  readonly items: AsyncIterable<Item>
  /** Asked for after the last item. */
  readonly metadata: () => Readonly<Record<string, unknown>>
}

type ProgramFormat = 'json' | 'jsonl' | 'yaml'

/** Prints item by item: a list of a million begins at once. */
export async function printList<Item>(output: Output, format: ProgramFormat, list: PrintedList<Item>): Promise<number> {
  let count = 0
  await output.write(LIST_START[format](list.kind))
  for await (const item of list.items) {
    await output.write(listItem(format, item, count === 0))
    count += 1
  }
  await output.write(listEnd(format, count, list.metadata()))
  return count
}

const LIST_START: Readonly<Record<ProgramFormat, (kind: string) => string>> = {
  json: (kind) => `{\n  "apiVersion": "${GROUP_VERSION}",\n  "kind": "${kind}",\n  "items": [`,
  jsonl: () => '',
  yaml: (kind) => `apiVersion: ${GROUP_VERSION}\nkind: ${kind}\nitems:`,
}

function listItem(format: ProgramFormat, item: unknown, first: boolean): string {
  switch (format) {
    case 'json':
      return `${first ? '' : ','}\n    ${indentedJson(item).replaceAll('\n', '\n    ')}`
    case 'jsonl':
      return `${asciiJson(item)}\n`
    case 'yaml':
      return `\n${yamlText([item]).trimEnd()}`
  }
}

function listEnd(format: ProgramFormat, count: number, metadata: Readonly<Record<string, unknown>>): string {
  switch (format) {
    case 'json':
      return `${count === 0 ? '' : '\n  '}],\n  "metadata": ${indentedJson(metadata).replaceAll('\n', '\n  ')}\n}\n`
    case 'jsonl':
      return ''
    case 'yaml': {
      const end = yamlText({ metadata })
      return count === 0 ? ` []\n${end}` : `\n${end}`
    }
  }
}

export const objectText = (format: 'json' | 'yaml', value: unknown): string =>
  format === 'json' ? `${indentedJson(value)}\n` : yamlText(value)

/** As kubectl prints it; every command of ours takes it for an id. */
export const objectName = (id: string): string => `session.${API_GROUP}/${id}\n`

const indentedJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
