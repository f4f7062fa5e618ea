import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleSources } from '../../../harness/build/bundle.ts'
import { processesNamed } from '../life/processes.ts'
import { until } from '../life/until.ts'

/* In a file of its own: esbuild is told which binary is its own when it is loaded, once. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stuck-'))
  const bundler = join(directory, 'esbuild')
  await writeFile(bundler, `#!/bin/sh\nexec tail -f "${directory}/main.ts"\n`)
  await chmod(bundler, 0o755)
  await writeFile(join(directory, 'main.ts'), '')
  process.env.ESBUILD_BINARY_PATH = bundler
})
afterAll(async () => {
  delete process.env.ESBUILD_BINARY_PATH
  await rm(directory, { recursive: true })
})

const bundle = (limits: Parameters<typeof bundleSources>[1]) =>
  bundleSources({ entry: join(directory, 'main.ts'), root: directory, nodeVersion: '24.0.0' }, limits)

const GIVE_UP_MS = 100

test.skipIf(process.platform === 'win32')(
  'a bundler that never ends has its time, and no longer',
  async () => {
    await expect(bundle({ limitMs: GIVE_UP_MS })).rejects.toThrow(
      'esbuild was still at work after 100 ms and was ended',
    )
    await until(() => processesNamed(directory).length === 0, 'it is ended')
  },
)

test.skipIf(process.platform === 'win32')('a bundler that never ends is ended by who gives up', async () => {
  const giveUp = new Error('no longer wanted')
  await expect(bundle({ signal: AbortSignal.abort(giveUp) })).rejects.toBe(giveUp)
  const controller = new AbortController()
  const bundling = bundle({ signal: controller.signal })
  await until(() => processesNamed(directory).length > 0, 'it runs')
  controller.abort(giveUp)
  await expect(bundling).rejects.toBe(giveUp)
  await until(() => processesNamed(directory).length === 0, 'it is ended')
})
