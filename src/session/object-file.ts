import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import { fault } from './faults.ts'

export interface ObjectReference {
  /** `TYPE/NAME`. */
  readonly ref: string
  readonly namespace?: string
}

/** Reads which object a manifest names, as `kubectl exec -f FILE` does. `-` is stdin, which then is not the command's. */
export async function readObjectReference(filename: string): Promise<ObjectReference> {
  const text = await readFile(filename === '-' ? '/dev/stdin' : filename, 'utf8').catch((cause: Error) => {
    throw fault('KAE_OBJECT_FILE_INVALID', { detail: cause.message, cause })
  })
  return parseObjectReference(text, filename)
}

export function parseObjectReference(text: string, filename: string): ObjectReference {
  const { kind, metadata } = (parseManifest(text, filename) ?? {}) as {
    kind?: unknown
    metadata?: { name?: unknown; namespace?: unknown } | null
  }
  if (typeof kind !== 'string' || typeof metadata?.name !== 'string') {
    throw fault('KAE_OBJECT_FILE_INVALID', { detail: `${filename}: expected one object with kind and metadata.name` })
  }
  const ref = `${kind.toLowerCase()}/${metadata.name}`
  return typeof metadata.namespace === 'string' ? { ref, namespace: metadata.namespace } : { ref }
}

function parseManifest(text: string, filename: string): unknown {
  try {
    return load(text)
  } catch (cause) {
    const detail = `${filename}: ${cause instanceof Error ? cause.message.split('\n')[0] : 'not YAML'}`
    throw fault('KAE_OBJECT_FILE_INVALID', { detail, cause })
  }
}
