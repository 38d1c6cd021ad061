/** The page's own style; the player brings its own. Colours meet WCAG AA on their ground, in light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --mark: #0757b8; --chosen: #e6f0fd }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --text: #e6edf3; --quiet: #9aa4af; --line: #30363d; --mark: #79b8ff; --chosen: #16263a }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 100rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; unicode-bidi: isolate }
h1 { margin: 0 0 1rem; font-size: 1.3rem; overflow-wrap: anywhere }
h2 { margin: 0 0 .5rem; font-size: 1rem }
code, pre, time { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .875rem }
.parts { display: grid; grid-template-columns: minmax(0, 3fr) minmax(16rem, 1fr); gap: 1.5rem; align-items: start }
@media (max-width: 60rem) { .parts { grid-template-columns: minmax(0, 1fr) } }
.commands { margin: 0; padding: 0; list-style: none; max-height: 75vh; overflow: auto; border: 1px solid var(--line); border-radius: 6px }
.commands > li + li { border-top: 1px solid var(--line) }
.commands button, .commands .entry { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: .5rem; width: 100%; padding: .4rem .6rem; border: 0; background: none; color: inherit; font: inherit; text-align: left }
.commands button { cursor: pointer }
.commands button:hover, .commands [aria-current] { background: var(--chosen) }
.commands time { color: var(--mark) }
.commands code { overflow-wrap: anywhere; white-space: pre-wrap }
.note { display: block; color: var(--quiet); font-size: .8rem }
:focus-visible { outline: 2px solid var(--mark); outline-offset: -2px }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: 1.5rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
#player { border: 1px solid var(--line); border-radius: 5px; overflow: hidden }
details { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem }
summary { cursor: pointer }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
.missing { padding: 1rem; border: 1px solid var(--line); border-radius: 6px; color: var(--quiet) }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { transition: none !important; animation: none !important } }
@media print { #player { display: none } .commands { max-height: none } }
`
