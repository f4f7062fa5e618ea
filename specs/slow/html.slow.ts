import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import { contractFor } from '../../fixtures/faulty/contract.ts'
import { makeFaulty } from '../../fixtures/faulty/make.ts'
import { resolveContract } from '../../harness/contract/resolve.ts'
import { runGate } from '../../harness/gate/gate.ts'
import { addUpRun } from '../../harness/gate/run-verdict.ts'
import { reachVerdict } from '../../harness/gate/verdict.ts'
import { selectHost } from '../../harness/host/index.ts'
import type { Evidence } from '../../harness/recording/evidence.ts'
import type { LifeRecording } from '../../harness/recording/recording.ts'
import { renderHtml } from '../../harness/report/html/page.ts'
import { type Browser, findChromium, NO_CHROMIUM, startBrowser, type Window } from './browser.ts'

/* The page in a real browser, drawn from a real gate on a sidecar that ignores SIGTERM. */

const FAULT = 'sigterm-ignored'
const TOOL = { name: 'sidecar-harness', version: '1.2.3' }
/** A gate, and a browser's first start on a busy machine. */
const SETUP_MS = 120_000

const chromium = findChromium()
let directory: string
let browser: Browser
let evidence: Evidence

beforeAll(async () => {
  if (chromium === null) return
  directory = await mkdtemp(join(tmpdir(), 'html-'))
  browser = await startBrowser(chromium)
  const fault = faults.find(({ name }) => name === FAULT)
  if (fault === undefined) throw new Error(`there is no fault ${FAULT}`)
  const file = await makeFaulty(fault, directory)
  const resolved = resolveContract(contractFor(fault), { file: null, directory })
  evidence = (await runGate({ resolved, file, host: selectHost() })).recording.evidence
  await writeFile(pathOf('report'), draw(evidence))
}, SETUP_MS)

afterAll(async () => {
  await browser?.close()
  if (directory !== undefined) await rm(directory, { recursive: true })
})

const pathOf = (name: string) => join(directory, `${name}.html`)

function draw(...evidences: readonly Evidence[]): string {
  const facts = { startedAt: new Date(0), durationMs: 1000, phases: [], concurrency: 2, interrupted: false }
  const verdicts = evidences.map(each => reachVerdict(each, facts))
  return renderHtml(addUpRun(verdicts, { ...facts, phasesBefore: [] }), evidences, TOOL)
}

async function show(
  options: Parameters<Browser['open']>[0] = {},
  { name = 'report', hash = '' } = {},
): Promise<Window> {
  const window = await browser.open(options)
  await window.page.goto(`${pathToFileURL(pathOf(name)).href}${hash}`)
  return window
}

const CLAUSE = 'clause-1-stop-sigterm'
const MOMENT = 'moment-1-stop-sigterm'
const lives = 'details.life'

describe.skipIf(chromium === null)('the page in a browser', () => {
  test.for(['light', 'dark'] as const)(
    'renders in %s without a complaint, also where all its lives are open',
    { timeout: SETUP_MS },
    async colorScheme => {
      const { page, context, complaints } = await show({ colorScheme })
      expect(await page.title()).toBe('✖ sidecar: fail')
      expect(await page.locator(lives).count()).toBe(evidence.lives.length)
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)',
      )
      await page.locator('#filter').fill('stop')
      await page.locator('#filter').fill('')
      // Contrast, names, roles, order of headings, scrollable regions: what can be told by rule.
      await page.locator(`${lives}.fail > summary`).click()
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<AxeResults>(
        "axe.run(document, { resultTypes: ['violations'] })",
      )
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
      expect(told).toEqual([])
      expect(complaints).toEqual([])
      await context.close()
    },
  )

  test('leads from a failure to its moment, in a life that was closed', async () => {
    const { page, context, complaints } = await show()
    const moment = page.locator(`#${MOMENT}`)
    expect(await moment.isVisible()).toBe(false)
    await page.locator(`#${CLAUSE} a.jump`).click()
    await expect.poll(() => moment.isVisible()).toBe(true)
    expect(await page.evaluate('document.activeElement.id')).toBe(MOMENT)
    expect(await isInView(page, MOMENT)).toBe(true)
    // And back to what it means.
    await moment.getByRole('link').click()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe(CLAUSE)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('opens at a moment that a colleague has linked to', async () => {
    const { page, context } = await show({}, { hash: `#${MOMENT}` })
    await expect.poll(() => page.locator(`#${MOMENT}`).isVisible()).toBe(true)
    await context.close()
  })

  test('filters clauses and lives by what stands in them, and by outcome', async () => {
    const { page, context } = await show()
    const shown = (selector: string) => page.locator(`${selector}:visible`).count()
    const clauses = await shown('tr.clause')
    await page.locator('#filter').fill('sigterm fleet')
    await expect.poll(() => shown('tr.clause')).toBeLessThan(5)
    expect(await page.locator('#found').textContent()).toMatch(/^\d of 73 clauses, \d+ of \d+ lives$/)
    expect(await page.locator(`${lives}:visible .who b`).allInnerTexts()).toContain('✔ fleet-sigterm.1')
    // A log line of a life that is closed finds it.
    await page.locator('#filter').fill('before_this_no_line_said_this')
    await expect.poll(() => shown(lives)).toBe(0)
    await page.locator('#filter').fill('waited 1.50 s')
    await expect.poll(() => shown(lives)).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await expect.poll(() => shown('tr.clause')).toBe(clauses)
    await page.locator('input[name=outcome][value=pass]').uncheck()
    await expect.poll(() => shown('tr.clause')).toBe(1)
    expect(await shown(lives)).toBe(1)
    // What a link leads to is shown again.
    await page.evaluate("location.hash = 'clause-1-stop-sigint'")
    await expect.poll(() => page.locator('#clause-1-stop-sigint').isVisible()).toBe(true)
    await context.close()
  })

  test('is read by keyboard alone', async () => {
    const { page, context } = await show()
    const focused = () => page.evaluate('document.activeElement.id')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the verdict')
    await page.keyboard.press('n')
    await expect.poll(focused).toBe(CLAUSE)
    await page.keyboard.press('/')
    expect(await focused()).toBe('filter')
    // There it is a letter like any other.
    await page.keyboard.press('n')
    expect(await page.locator('#filter').inputValue()).toBe('n')
    await page.keyboard.press('Escape')
    await page.locator('.lanes').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(`${lives}[open]`).count()).toBe(1)
    await page.keyboard.press('e')
    await expect.poll(() => page.locator(`${lives}:not([open])`).count()).toBe(0)
    await page.locator('.tools summary').click()
    await page.locator('#keys').uncheck()
    await page.keyboard.press('e')
    expect(await page.locator(`${lives}:not([open])`).count()).toBe(0)
    await context.close()
  })

  test('magnifies its axis, and lets all lives begin at once', async () => {
    const { page, context } = await show()
    const widthOf = async (selector: string) =>
      (await page.locator(selector).first().boundingBox())?.width ?? 0
    const labels = () => page.locator('.axes .axis.gate text').count()
    const [width, before] = [await widthOf('svg.lane'), await labels()]
    await page.keyboard.press('+')
    await page.keyboard.press('+')
    await expect.poll(() => widthOf('svg.lane')).toBeCloseTo(4 * width, -1)
    expect(await labels()).toBeGreaterThan(before)
    await page.keyboard.press('0')
    await expect.poll(() => widthOf('svg.lane')).toBeCloseTo(width, 0)

    const leftOf = async (life: string) =>
      (await page.locator(`[aria-label^="${life},"] rect`).first().boundingBox())?.x ?? 0
    const last = evidence.lives.findLast(({ scenario }) => scenario === 'latency')?.id ?? ''
    expect((await leftOf(last)) - (await leftOf('stop-sigterm'))).toBeGreaterThan(100)
    await page.keyboard.press('g')
    await expect.poll(async () => (await leftOf(last)) - (await leftOf('stop-sigterm'))).toBeCloseTo(0, 0)
    await context.close()
  })

  test('is printed with what does not hold open, without its tools', async () => {
    const { page, context } = await show({ colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(await page.locator('.tools').isVisible()).toBe(false)
    const bytes = await page.pdf({ format: 'A4' })
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await page.locator(`#${MOMENT}`).isVisible()).toBe(true)
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(await page.locator(`#${MOMENT}`).isVisible()).toBe(false)
    await context.close()
  })

  test('is whole without its script', async () => {
    const { page, context } = await show({ javaScriptEnabled: false })
    expect(await page.locator('.tools').isVisible()).toBe(false)
    expect(await page.locator(`#${CLAUSE}`).isVisible()).toBe(true)
    await page.locator(`${lives}.fail > summary`).click()
    await expect.poll(() => page.locator(`#${MOMENT}`).isVisible()).toBe(true)
    await context.close()
  })

  test('runs nothing that a sidecar has written, and asks for nothing', async () => {
    const evil = `</script><script>alert(1)</script><img src="https://sidecar.invalid/x" onerror="alert(2)"><style>*{background:url(https://sidecar.invalid/y)}</style>`
    const lives = evidence.lives.map(life => withLines(life, [evil, `" onload="alert(3)`]))
    await writeFile(
      pathOf('evil'),
      draw({ ...evidence, lives, contract: { ...evidence.contract, name: evil } }),
    )
    const { page, context, complaints } = await show({}, { name: 'evil' })
    await page.keyboard.press('e')
    await expect.poll(() => page.locator('details.life:not([open])').count()).toBe(0)
    expect(await page.locator('img, .body script, .body style').count()).toBe(0)
    expect(await page.locator('tr.stderr', { hasText: '<img src=' }).count()).toBe(lives.length)
    // Also what would get past the escaping has nowhere to go.
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://sidecar.invalid/z">')`,
    )
    await expect
      .poll(() => complaints)
      .toEqual([
        expect.stringMatching(/^error: .*Content Security Policy/),
        'request: https://sidecar.invalid/z',
        'request failed: csp',
      ])
    await context.close()
  })
})

describe.skipIf(chromium === null)('200 lives with hundreds of log lines each', () => {
  /** The whole file is read, laid out and painted: what a person waits for. */
  const OPEN_MS = 2000
  const FILTER_MS = 500
  const FILE_BYTES = 5 * 1024 * 1024
  /** Comes back once everything that was changed is painted. */
  const PAINTED =
    'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))'

  test('are a file that opens at once, and stays quick', { timeout: SETUP_MS }, async () => {
    const lines = Array.from(
      { length: 300 },
      (_, index) => `2026-01-01T00:00:00Z INFO handled request ${index}`,
    )
    const many = Array.from({ length: 200 }, (_, index) => {
      const life = evidence.lives[index % evidence.lives.length]
      if (life === undefined) throw new RangeError('no life was recorded')
      return withLines(
        { ...life, id: index < evidence.lives.length ? life.id : `${life.id}-${index}` },
        lines,
      )
    })
    await writeFile(pathOf('many'), draw({ ...evidence, lives: many }))
    expect((await stat(pathOf('many'))).size).toBeLessThan(FILE_BYTES)

    const { page, context, complaints } = await show({}, { name: 'many' })
    const openMs = await page.evaluate<number>(`${PAINTED}.then(() => performance.now())`)
    expect(await page.locator(lives).count()).toBe(200)
    const filterMs = await page.evaluate<number>(`(() => {
      const began = performance.now()
      filter.value = 'restarts request 299'
      filter.dispatchEvent(new Event('input'))
      return ${PAINTED}.then(() => performance.now() - began)
    })()`)
    console.log(`opened after ${Math.round(openMs)} ms, filtered after ${Math.round(filterMs)} ms`)
    expect(openMs).toBeLessThan(OPEN_MS)
    expect(filterMs).toBeLessThan(FILTER_MS)
    expect(complaints).toEqual([])
    await context.close()
  })
})

test.runIf(chromium === null)('the page needs a browser to be looked at', ({ skip }) => skip(NO_CHROMIUM))

function isInView(page: Window['page'], id: string): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const { top, bottom } = document.getElementById('${id}').getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
  })()`)
}

/** It also logs these, from its launch on, a millisecond between them. */
function withLines(life: LifeRecording, texts: readonly string[]): LifeRecording {
  const launchedMs = life.events[0]?.atMs ?? 0
  const lines = texts.map((text, index) => ({
    ...{ atMs: launchedMs + index, text, bytes: text.length, ending: 'lf' as const },
    reading: { kind: 'other' as const },
  }))
  return { ...life, stderr: { ...life.stderr, lines } }
}
