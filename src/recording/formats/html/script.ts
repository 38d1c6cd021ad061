/** What the page does. Nothing starts to move by itself; what was recorded is data to it and never markup. */
export const PAGE_SCRIPT = `
'use strict'
{
  const read = (id) => document.getElementById(id).textContent
  const { startAt, idleTimeLimit, keys, poster } = JSON.parse(read('settings'))
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const player = AsciinemaPlayer.create({ data: read('recording') }, document.getElementById('player'), {
    preload: true,
    fit: 'width',
    cursorMode: still ? 'steady' : 'blinking',
    keystrokeOverlay: keys,
    poster: 'npt:' + poster,
    startAt,
    ...(idleTimeLimit === undefined ? {} : { idleTimeLimit }),
  })
  const buttons = [...document.querySelectorAll('button[data-marker]')]
  const choose = (marker) => {
    for (const button of buttons) {
      if (Number(button.dataset.marker) === marker) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
  }
  player.addEventListener('marker', ({ index }) => choose(index))
  for (const button of buttons) {
    button.disabled = false
    button.addEventListener('click', async () => {
      const marker = Number(button.dataset.marker)
      await player.seek({ marker })
      choose(marker)
    })
  }
}
`
