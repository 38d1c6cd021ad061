/**
 * One page that plays a recording: everything is in it, nothing comes from elsewhere. Its policy allows just the scripts and
 * styles that stand in it, by their hashes; the player's emulator is WebAssembly.
 */
import { createHash } from 'node:crypto'
import type { SessionObject } from '../../../protocol/session-object.ts'
import { asciiJson, escapeText } from '../../escape.ts'
import { type Fact, factsOf } from '../facts.ts'
import { clockTime } from '../plain.ts'
import { escapeHtml, escapeScriptJson } from './escape-html.ts'
import { PAGE_SCRIPT } from './script.ts'
import { PAGE_STYLE } from './style.ts'

/** asciinema-player, as text. */
export interface PlayerAssets {
  readonly script: string
  readonly style: string
}

/** A marker of the player, in their order. */
export interface PageMarker {
  /** µs since the recording begins. */
  readonly time: number
  readonly label: string
  /** What is to be said of it. */
  readonly note: string
}

export interface PageSettings {
  /** Seconds. */
  readonly startAt: number
  readonly idleTimeLimit?: number
  /** Whether keys are shown as they were typed. */
  readonly keys: boolean
}

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Up to where the recording's lines go, which `escapeScriptJson` has made safe. The first of them is right behind it. */
export function pageHead(session: SessionObject, assets: PlayerAssets): string {
  for (const text of [assets.script, assets.style, PAGE_SCRIPT, PAGE_STYLE]) {
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error('an asset of the page would end its own element')
  }
  const scripts = [assets.script, PAGE_SCRIPT].map(hashSource).join(' ')
  const styles = [assets.style, PAGE_STYLE].map(hashSource).join(' ')
  const policy = `default-src 'none'; script-src ${scripts} 'wasm-unsafe-eval'; style-src ${styles}; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(titleOf(session))}</title>
<style>${assets.style}</style>
<style>${PAGE_STYLE}</style>
</head>
<body>
<script type="application/x-ndjson" id="recording">`
}

export interface PageBody {
  readonly session: SessionObject
  readonly markers: readonly PageMarker[]
  readonly hasRecording: boolean
  /** What became known while the records were read. */
  readonly facts: readonly Fact[]
}

/** From the end of the recording up to where the transcript goes, as `escapeHtml` makes it. */
export function pageBody({ session, markers, hasRecording, facts }: PageBody): string {
  const missing = '<p class="missing">What the session showed is not in its record, so there is nothing to play.</p>'
  return `</script>
<main>
<h1>${escapeHtml(titleOf(session))}</h1>
<div class="parts">
<section aria-label="Player">${hasRecording ? '<div id="player"></div>' : missing}
<noscript><p class="missing">Without scripts the recording does not play. The commands and the screen’s text are below.</p></noscript>
</section>
<section aria-labelledby="commands"><h2 id="commands">Commands</h2>
<ol class="commands">
${markers.map((marker, index) => markerItem(marker, index, hasRecording)).join('\n') || '<li><span class="entry">None were recognised.</span></li>'}
</ol></section>
</div>
<dl>
${[...factsOf(session), ...facts].map(factItem).join('\n')}
</dl>
<details><summary>The screen as text</summary>
<pre tabindex="0" aria-label="The screen as text">
`
}

export function pageTail(markers: readonly PageMarker[], settings: PageSettings, assets: PlayerAssets): string {
  // The picture before it plays: what the first command showed.
  const poster = settings.startAt > 0 ? settings.startAt : (markers[1]?.time ?? 1e6) / 1e6
  return `</pre></details>
</main>
<script type="application/json" id="settings">${escapeScriptJson(asciiJson({ ...settings, poster }))}</script>
<script>${assets.script}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`
}

/** The end of a page that has nothing to play: no script at all. */
export const silentTail = (): string => '</pre></details>\n</main>\n</body>\n</html>\n'

const titleOf = ({ metadata, spec }: SessionObject): string =>
  escapeText(`${spec.user.username} in ${metadata.namespace}/${spec.target.pod}/${spec.target.container}`)

const factItem = ([name, value]: Fact): string => `<dt>${escapeHtml(name)}</dt><dd><bdi>${escapeHtml(value)}</bdi></dd>`

/** Buttons wait for the script: without it they could do nothing, and the text stays. */
function markerItem({ time, label, note }: PageMarker, index: number, hasRecording: boolean): string {
  const words = note === '' ? '' : `<span class="note">${escapeHtml(note)}</span>`
  const content = `<time>${clockTime(time)}</time><span><code><bdi>${escapeHtml(label)}</bdi></code>${words}</span>`
  return hasRecording
    ? `<li><button type="button" disabled data-marker="${index}">${content}</button></li>`
    : `<li><span class="entry">${content}</span></li>`
}
