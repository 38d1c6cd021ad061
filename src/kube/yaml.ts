import {
  boolYaml11Tag,
  CORE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  loadAll,
  mergeTag,
  nullYaml11Tag,
  YAMLException,
} from 'js-yaml'

/** kubectl reads YAML 1.1 (`yes` is true) but leaves dates alone, and of two equal keys takes the last. */
const GO_YAML = CORE_SCHEMA.withTags(boolYaml11Tag, intYaml11Tag, floatYaml11Tag, nullYaml11Tag, mergeTag)

export type YamlResult =
  | { readonly ok: true; readonly documents: readonly unknown[] }
  | { readonly ok: false; readonly line: number | undefined; readonly reason: string }

/** All documents of a YAML or JSON text. A syntax error comes back with its line, counted from 1. */
export function parseYaml(text: string): YamlResult {
  const json = parseJson(text)
  if (json !== undefined) return { ok: true, documents: [json] }
  try {
    return { ok: true, documents: loadAll(text, { schema: GO_YAML, json: true }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) return { ok: false, line: undefined, reason: String(error) }
    return { ok: false, line: error.mark === undefined ? undefined : error.mark.line + 1, reason: error.reason }
  }
}

/** Machine-made files are often JSON, which is much quicker to read as such. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
