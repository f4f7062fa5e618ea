import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Peers } from '../peers.ts'
import { between, makeStamps } from './stamps.ts'
import { freePort, plainEnvironment, type Way } from './way.ts'

const run = promisify(execFile)

/**
 * Playwright's webServer, with a test that asks for the health and needs no page. What is counted ends when the global
 * setup runs, which is the first that Playwright calls once the server is there: not its own start, and not the worker's.
 */
export function playwright(
  { directory: peers, resolve, versions }: Peers,
  { directory, stamp }: { directory: string; stamp: string },
): Way {
  return {
    name: 'Playwright webServer',
    version: versions['@playwright/test'],
    noStop: 'it kills the group by SIGKILL, unless it is told otherwise',
    async live(file) {
      const url = `http://127.0.0.1:${await freePort()}/health`
      const stamps = await makeStamps(directory)
      // Beside the package: what stands in it imports @playwright/test.
      const project = await mkdtemp(join(peers, 'playwright-'))
      try {
        const config = { command: `${stamp} ${stamps.launched} ${file}`, url }
        await write(project, config, stamps.ready)
        const args = [resolve('@playwright/test/cli.js'), 'test', '--config', project]
        await run(process.execPath, args, {
          cwd: project,
          env: plainEnvironment({ PORT: new URL(url).port }),
        })
        return { readyMs: await between(stamps) }
      } finally {
        await rm(project, { recursive: true, force: true })
      }
    },
  }
}

async function write(
  project: string,
  webServer: { command: string; url: string },
  ready: string,
): Promise<void> {
  const files = {
    'playwright.config.mjs': `import { defineConfig } from '@playwright/test'
export default defineConfig({ globalSetup: './setup.mjs', webServer: ${JSON.stringify(webServer)} })
`,
    'setup.mjs': `import { writeFileSync } from 'node:fs'
export default () => writeFileSync(${JSON.stringify(ready)}, String(process.hrtime.bigint()))
`,
    'health.spec.mjs': `import { expect, test } from '@playwright/test'
test('is healthy', async ({ request }) => {
  const response = await request.get(${JSON.stringify(webServer.url)})
  expect(await response.json()).toMatchObject({ status: 'ok' })
})
`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text)
}
