import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** As distributions call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/**
 * The browser on this machine: what CHROMIUM names, or the first on PATH; null where there is none. `pnpm setup:browser`
 * installs Debian's.
 */
export function findChromium(): string | null {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return CHROMIUM
  const places = PATH.split(delimiter).flatMap(directory => NAMES.map(name => join(directory, name)))
  return places.find(isExecutable) ?? null
}

export const NO_CHROMIUM = 'there is no chromium on PATH, and CHROMIUM names none'

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** It asks nobody anything, and is no first run of anybody's. In a container its sandbox cannot be had. */
const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export interface Browser {
  /** A window of its own, that notes what the page complains of, and what it asks the network for. */
  open(options?: BrowserContextOptions): Promise<Window>
  close(): Promise<void>
}

export interface Window {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors, warnings, requests for anything but the file itself, dialogs. */
  readonly complaints: readonly string[]
}

export async function startBrowser(executablePath: string): Promise<Browser> {
  const directory = await mkdtemp(join(tmpdir(), 'chromium-'))
  // What it leaves in its temporary directory, and its profile, go with it.
  const browser = await chromium.launch({
    ...{ executablePath, args: ARGS },
    env: { ...process.env, TMPDIR: directory, HOME: directory },
  })
  return {
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
      page.on('pageerror', error => complaints.push(`error: ${error.message}`))
      page.on('request', request => {
        if (!request.url().startsWith('file:')) complaints.push(`request: ${request.url()}`)
      })
      page.on('requestfailed', request => complaints.push(`request failed: ${request.failure()?.errorText}`))
      page.on('dialog', dialog => {
        complaints.push(`dialog: ${dialog.message()}`)
        dialog.dismiss()
      })
      return { page, context, complaints }
    },
    async close() {
      await browser.close()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
