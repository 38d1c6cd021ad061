/** Inputs that are almost right: what is wholly random never comes past the first check. */
import fc from 'fast-check'

export const bytes = (maxLength = 400): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))

/** Good bytes with some changed, cut, doubled or put in between. */
export const damaged = (good: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      good,
      fc.array(fc.tuple(fc.constantFrom('set', 'cut', 'drop', 'insert', 'copy'), fc.nat(), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([start, changes]) =>
      changes.reduce((from, [how, where, value]) => change(from, how, { at: where % (from.length + 1), value }), start),
    )

function change(from: Buffer, how: string, { at, value }: { at: number; value: number }): Buffer {
  const [head, tail] = [from.subarray(0, at), from.subarray(at)]
  if (how === 'cut') return head
  if (how === 'drop') return Buffer.concat([head, tail.subarray(value)])
  if (how === 'insert') return Buffer.concat([head, Buffer.alloc(1 + (value % 16), value), tail])
  if (how === 'copy') return Buffer.concat([head, tail.subarray(0, value), tail])
  return Buffer.concat([head, tail.length === 0 ? tail : Buffer.of(value), tail.subarray(1)])
}

const ODD = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, '', 0, -1, 1e308, [], {}, [null], [['a']], { length: 1 }, 'true', '__proto__', '\0'),
)
const ODD_KEY = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'UID', 'Command', ''))

/** A good JSON value with some places set to something odd, removed, or with a strange neighbour. */
export const twisted = (good: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom('set', 'remove', 'add'), ODD, ODD_KEY), { maxLength: 3 })
    .map((changes) => {
      const root = { value: structuredClone(good) }
      for (const [where, how, odd, key] of changes) {
        const value = structuredClone(odd)
        const places = placesOf(root)
        const [holder, name] = places[where % places.length] ?? [root, 'value']
        const target = holder as Record<string, unknown>
        if (how === 'set') target[name] = value
        else if (how === 'remove') delete target[name]
        else if (Array.isArray(target)) target.push(value)
        else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
      }
      return root.value
    })

function placesOf(value: unknown): ReadonlyArray<readonly [object, string]> {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...placesOf(inner)])
}

/** JSON as it may stand in a file or on the wire: good, or good with damage in its text. */
export const jsonText = (good: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    twisted(good).map((value) => JSON.stringify(value) ?? ''),
    damaged(twisted(good).map((value) => Buffer.from(JSON.stringify(value) ?? ''))).map((text) => text.toString()),
  )
