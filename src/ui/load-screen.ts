/** React and Ink, or neither, are loaded here and nowhere else. */

/**
 * Ink's layout engine would fetch its own code from a `data:` URL, for which Node loads its whole HTTP client. Where there is no
 * `fetch` it decodes the code itself, which takes a quarter of the time. Nothing of ours uses `fetch`.
 */
export async function loadScreen(): Promise<typeof import('./screen.tsx')> {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'fetch')
  Object.defineProperty(globalThis, 'fetch', { value: undefined, configurable: true, writable: true })
  try {
    return await import('./screen.tsx')
  } finally {
    if (own !== undefined) Object.defineProperty(globalThis, 'fetch', own)
  }
}
