/* Never run: what the face promises to the compiler, which reads this with all specs. */

import { expect, type Sidecar, test } from '../../../harness/vitest.ts'

test
  .override('config', new URL('./sidecar.config.ts', import.meta.url))
  .override('contract', { name: 'notes' })

// What is of a file's scope may build on what is.
test.extend('seeded', { scope: 'file' }, async ({ sharedSidecar }) => {
  await sharedSidecar.request('/notes', { method: 'POST', body: 'seed' })
  return 1
})

test.beforeAll(async ({ sharedSidecar }) => {
  await sharedSidecar.request('/health')
})

test('a sidecar, a fleet, and what is expected of them', async ({ sidecar, fleet }) => {
  const one: Sidecar = sidecar
  await expect(one).toBeHealthy()
  await expect(one).toExitCleanly('SIGINT')
  // @ts-expect-error: no signal that asks for an end
  await expect(one).toExitCleanly('SIGKILL')
  expect(one).toHaveKeptStdoutClean()
  const [first] = await fleet(2, { env: { A: '1' } })
  first?.port.toFixed()
})

// @ts-expect-error: a sidecar is of a test's scope
test.beforeAll(async ({ sidecar }) => sidecar)
