/*
 * `node specs/docs/pictures.ts`: draws docs/pictures anew, from a real run of the command on a sidecar that cuts off a
 * response at its end. Needs a C compiler and a Chromium (`pnpm setup:browser`); pngquant, where it is there, makes them small.
 */

import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import { contractFor } from '../../fixtures/faulty/contract.ts'
import { makeFaulty } from '../../fixtures/faulty/make.ts'
import { findChromium, NO_CHROMIUM, startBrowser } from '../slow/browser.ts'

const FAULT = 'cuts-response'
const MAIN = join(import.meta.dirname, '../../harness/cli/main.ts')
const PICTURES = join(import.meta.dirname, '../../docs/pictures')
/** What a page of documentation shows without scaling it down. */
const WIDTH = 1160

/** The styles that harness/report/paint.ts uses, by the numbers that terminals know them by. */
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#56d364',
  33: '#e3b341',
  39: '',
  90: '#8b949e',
}

const executable = findChromium()
if (executable === null) throw new Error(NO_CHROMIUM)
const fault = faults.find(({ name }) => name === FAULT)
if (fault === undefined) throw new Error(`there is no fault ${FAULT}`)

const directory = await mkdtemp(join(tmpdir(), 'pictures-'))
const browser = await startBrowser(executable)
try {
  const project = join(directory, 'notes-app')
  const binaries = join(project, 'binaries')
  // It goes by its name: under another it has no fault.
  await makeFaulty(fault, binaries)
  const contract = { name: 'notes', binary: `binaries/${FAULT}`, ...contractFor(fault) }
  await writeFile(join(project, 'sidecar.config.json'), JSON.stringify(contract))

  // As on a terminal: styleText colours where FORCE_COLOR asks for it.
  const environment = { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined, CI: undefined }
  const args = [MAIN, 'check', '--reporter', 'html=report.html']
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    ...{ cwd: project, env: environment, encoding: 'utf8' },
  })
  if (status !== 1) throw new Error(`the gate ended with ${status}: ${stderr}`)

  await mkdir(PICTURES, { recursive: true })
  await takeTerminal(stdout)
  await takeReport(join(project, 'report.html'))
} finally {
  await browser.close()
  await rm(directory, { recursive: true })
}

async function takeTerminal(text: string): Promise<void> {
  const { page } = await browser.open({ viewport: { width: WIDTH, height: 400 } })
  const command = '$ npx sidecar-harness check'
  await page.setContent(
    `<style>body{margin:0;background:#0d1117;color:#e6edf3}pre{margin:0;padding:16px 20px;white-space:pre-wrap;font:13px/1.45 "DejaVu Sans Mono",monospace}</style><pre>${command}\n${toHtml(text.trimEnd())}</pre>`,
  )
  await page.locator('pre').screenshot({ path: placeOf('terminal') })
  finish('terminal')
}

async function takeReport(file: string): Promise<void> {
  const light = await browser.open({ viewport: { width: WIDTH, height: 1280 } })
  await light.page.goto(pathToFileURL(file).href)
  // On a busy machine more can go wrong than what is to be shown.
  const failures = await light.page.locator('article.failure').count()
  if (failures !== 1) throw new Error(`${failures} clauses do not hold: try again when the machine is idle`)
  await light.page.screenshot({ path: placeOf('html-report') })
  finish('html-report')

  const dark = await browser.open({ viewport: { width: WIDTH, height: 760 }, colorScheme: 'dark' })
  await dark.page.goto(pathToFileURL(file).href)
  await dark.page.locator('article.failure.fail a.jump').first().click()
  // Its script jumps there a little later than the browser opens the life.
  await dark.page.waitForFunction("document.activeElement.matches('tr.moment')")
  await dark.page.evaluate("document.querySelector('details.life[open]').scrollIntoView()")
  await dark.page.screenshot({ path: placeOf('html-report-life') })
  finish('html-report-life')
}

function placeOf(name: string): string {
  return join(PICTURES, `${name}.png`)
}

/** Text and flat colours are as good in 64 colours, and a third of the size. */
function finish(name: string): void {
  const path = placeOf(name)
  const { error } = spawnSync('pngquant', ['--force', '--ext', '.png', '64', path], { stdio: 'inherit' })
  console.log(`docs/pictures/${basename(path)}${error === undefined ? '' : ' (no pngquant: it is large)'}`)
}

function toHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return escaped.replaceAll(/\u001b\[(\d+)m/g, (_, code: string) => {
    const colour = COLOURS[code]
    if (colour === undefined) throw new Error(`the style ${code} has no colour here`)
    return colour === '' ? '</span>' : `<span style="color:${colour}">`
  })
}
