/**
 * The three functions of `Reflect` metadata that @peculiar/x509's dependency injection asks for at import. The package
 * leaves them to its user; the usual polyfill would be one more dependency for these lines.
 */
interface Metadata {
  defineMetadata(key: string, value: unknown, target: object): void
  getMetadata(key: string, target: object): unknown
  getOwnMetadata(key: string, target: object): unknown
}

const known = new WeakMap<object, Map<string, unknown>>()
const own = (key: string, target: object): unknown => known.get(target)?.get(key)

function inherited(key: string, target: object | null): unknown {
  if (target === null) return undefined
  return own(key, target) ?? inherited(key, Object.getPrototypeOf(target) as object | null)
}

const metadata: Metadata = {
  defineMetadata: (key, value, target) => {
    known.set(target, (known.get(target) ?? new Map<string, unknown>()).set(key, value))
  },
  getMetadata: inherited,
  getOwnMetadata: own,
}

Object.assign(Reflect, metadata)
