/**
 * The page's script: filter, keys, magnification, and jumps into lives that are closed. The page is whole without it.
 * A module rather than a file of its own, so that it is bundled with the rest; nothing is ever put into it, so that the
 * page's policy can name it by its hash.
 */
export const SCRIPT: string = `'use strict'
const all = (selector, within = document) => [...within.querySelectorAll(selector)]
const tools = document.querySelector('.tools')
const filter = document.getElementById('filter')
const zoom = document.getElementById('zoom')
const found = document.getElementById('found')
tools.hidden = false
tools.addEventListener('submit', event => event.preventDefault())

// Filter: every word has to stand somewhere in a clause, or in a life with all that happened in it.
const items = all('tr.clause, article.failure, details.life')
const texts = new Map()
const textOf = item => {
  if (!texts.has(item)) {
    const lane = item.querySelector('svg.lane')
    texts.set(item, (item.textContent + ' ' + (lane ? lane.getAttribute('aria-label') : '')).toLowerCase())
  }
  return texts.get(item)
}
const outcomeOf = item => item.dataset.outcome || [...item.classList].find(name => name !== 'failure') || ''
const applyFilter = () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(word => word !== '')
  const hidden = new Set(all('input[name=outcome]', tools).filter(box => !box.checked).map(box => box.value))
  for (const item of items) {
    item.hidden = hidden.has(outcomeOf(item)) || !words.every(word => textOf(item).includes(word))
  }
  for (const group of all('table.clauses tbody')) group.hidden = all('tr.clause', group).every(row => row.hidden)
  const isAll = words.length === 0 && hidden.size === 0
  const tell = (selector, one, many) => {
    const those = all(selector)
    return those.filter(item => !item.hidden).length + ' of ' + those.length + ' ' + (those.length === 1 ? one : many)
  }
  found.textContent = isAll ? '' : tell('tr.clause', 'clause', 'clauses') + ', ' + tell('details.life', 'life', 'lives')
}
let waiting = 0
filter.addEventListener('input', () => {
  cancelAnimationFrame(waiting)
  waiting = requestAnimationFrame(applyFilter)
})
for (const box of all('input[name=outcome]', tools)) box.addEventListener('change', applyFilter)

// What a link leads to is shown, whatever hides it.
const reveal = target => {
  for (let each = target; each; each = each.parentElement) {
    if (each.hidden && (each.matches('details.life, tr, article, tbody'))) {
      filter.value = ''
      for (const box of all('input[name=outcome]', tools)) box.checked = true
      applyFilter()
    }
    if (each.localName === 'details') each.open = true
  }
}
const jump = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  reveal(target)
  if (!target.matches('details')) target.focus({ preventScroll: true })
  else target.querySelector('summary').focus({ preventScroll: true })
  const life = target.closest('details.life')
  const flag = life && life.querySelector('svg.lane .flag')
  if (flag) flag.scrollIntoView({ block: 'nearest', inline: 'center' })
  target.scrollIntoView({ block: life ? 'center' : 'start' })
}
addEventListener('hashchange', jump)
// A second click on a link whose hash stands there already changes nothing, and shall jump all the same.
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#"]')
  if (link && link.getAttribute('href') === location.hash) {
    event.preventDefault()
    jump()
  }
})
if (location.hash) jump()

// Magnification: lanes get wider, and what was in the middle stays there, or the beginning.
const SVG = 'http://www.w3.org/2000/svg'
const draw = (axis, magnified) => {
  const span = Number(axis.dataset.ms)
  const least = span / (9 * magnified)
  const power = 10 ** Math.floor(Math.log10(least))
  const step = ([1, 2, 5].find(digit => digit * power >= least) || 10) * power
  axis.replaceChildren()
  for (let ms = 0; ms <= span; ms += step) {
    const x = (100 * ms) / span + '%'
    const line = document.createElementNS(SVG, 'line')
    for (const [name, value] of [['x1', x], ['x2', x], ['y1', '0'], ['y2', '100%']]) line.setAttribute(name, value)
    const text = document.createElementNS(SVG, 'text')
    for (const [name, value] of [['x', x], ['y', '12'], ['dx', '4']]) text.setAttribute(name, value)
    text.textContent = ms >= 1000 ? Number((ms / 1000).toFixed(3)) + ' s' : Number(ms.toFixed(3)) + ' ms'
    axis.append(line, ...(axis.matches('.lines') ? [] : [text]))
  }
}
const magnify = () => {
  const lanes = all('.lanes')
  const who = lanes.length > 0 ? lanes[0].querySelector('.who').offsetWidth : 0
  const middles = lanes.map(each => {
    if (each.scrollLeft === 0) return null
    const view = each.clientWidth - who
    return (each.scrollLeft + view / 2) / Math.max(1, each.scrollWidth - who)
  })
  const factor = 2 ** Number(zoom.value)
  document.documentElement.style.setProperty('--zoom', String(factor))
  zoom.setAttribute('aria-valuetext', Number(factor.toFixed(1)) + ' times')
  for (const axis of all('.wide .axis:not(.own)')) draw(axis, factor)
  lanes.forEach((each, index) => {
    if (middles[index] !== null) each.scrollLeft = middles[index] * (each.scrollWidth - who) - (each.clientWidth - who) / 2
  })
}
zoom.addEventListener('input', magnify)
magnify()

// Where lives begin. By attribute: Chromium heeds the property x on no inner svg.
const boxes = all('svg.lane .own').map(box => [box, box.getAttribute('x')])
const align = () => {
  const isAtOnce = tools.querySelector('input[name=axis]:checked').value === 'launch'
  for (const [box, x] of boxes) box.setAttribute('x', isAtOnce ? '0%' : x)
  for (const each of all('.lanes')) each.scrollLeft = 0
}
for (const choice of all('input[name=axis]', tools)) choice.addEventListener('change', align)
align()

// Keys.
const failures = all('article.failure')
let at = -1
const step = by => {
  const shown = failures.filter(each => !each.hidden)
  if (shown.length === 0) return
  at = (at + by + (at < 0 && by < 0 ? 1 : 0) + shown.length) % shown.length
  if (location.hash === '#' + shown[at].id) jump()
  else location.hash = shown[at].id
}
const slide = by => {
  zoom.value = String(Math.max(0, Math.min(Number(zoom.max), by === 0 ? 0 : Number(zoom.value) + by)))
  magnify()
}
const KEYS = {
  '/': () => { filter.focus(); filter.select() },
  n: () => step(1),
  p: () => step(-1),
  g: () => {
    tools.querySelector('input[name=axis]:not(:checked)').checked = true
    align()
  },
  '+': () => slide(1),
  '=': () => slide(1),
  '-': () => slide(-1),
  0: () => slide(0),
  e: () => {
    const shown = all('details.life').filter(life => !life.hidden)
    const open = shown.some(life => !life.open)
    for (const life of shown) life.open = open
  },
}
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && filter.value !== '') {
    filter.value = ''
    applyFilter()
    return
  }
  const isTyping = event.target.matches('input[type=search], textarea')
  const key = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined
  if (key === undefined || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  if (!document.getElementById('keys').checked) return
  event.preventDefault()
  key()
})

// On paper nothing opens: lives in which something was seen not to hold are printed open.
let opened = []
addEventListener('beforeprint', () => {
  opened = all('details.life.fail:not([open]), details.life.warn:not([open])')
  for (const life of opened) life.open = true
})
addEventListener('afterprint', () => {
  for (const life of opened) life.open = false
})
`
