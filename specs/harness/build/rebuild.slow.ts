import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type BuildOptions, build, hostTriple } from '../../../harness/build/build.ts'
import { identify } from '../../../harness/build/identity.ts'
import { BUILD_LIMIT_MS, makeWorkspace, processesWith, rejectionOf, writeFiles } from './project.ts'

// What is left of a build when it is aborted takes two seconds more.
const PROMPTLY_MS = 1_000

it('a build that is aborted leaves the old binary, and one that is not never leaves it stale', {
  timeout: 2 * BUILD_LIMIT_MS,
}, async () => {
  const { path, remove } = await makeWorkspace({
    'package.json': '{}',
    'main.ts': 'console.log("one" as string)',
  })
  onTestFinished(remove)
  // Every process of the builds inherits it, and so can be found.
  const marker = randomUUID()
  vi.stubEnv('SIDECAR_SPEC_MARKER', marker)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })

  const options: BuildOptions = {
    plan: { by: 'pkg', entry: join(path, 'main.ts') },
    output: join(path, 'binaries', 'app'),
  }
  const old = await build(options)
  const before = await identify(old.path)
  expect(await run(old.path)).toBe('one\n')

  await writeFiles(path, { 'main.ts': 'console.log("two" as string)' })
  const reason = new Error('enough')
  const abort = new AbortController()
  let abortedAt = 0
  // The moment in which pkg has begun to write a binary.
  const watcher = watch(join(path, 'binaries')).once('change', () => {
    abortedAt = performance.now()
    abort.abort(reason)
  })
  onTestFinished(() => watcher.close())

  expect(await rejectionOf(build(options, { signal: abort.signal }))).toBe(reason)
  expect(performance.now() - abortedAt).toBeLessThan(PROMPTLY_MS)
  expect(await readdir(join(path, 'binaries'))).toEqual([`app-${hostTriple()}`])
  expect(await identify(old.path)).toEqual(before)
  if (process.platform === 'linux')
    await vi.waitFor(async () => expect(await processesWith(marker)).toEqual([]))

  const renewed = await build(options)
  expect(renewed).toMatchObject({ path: old.path, cached: false })
  expect(renewed.sha256).not.toBe(old.sha256)
  expect(await run(renewed.path)).toBe('two\n')
})

it('a build that was aborted before it began does nothing', async () => {
  const { path, remove } = await makeWorkspace({ 'main.ts': '' })
  onTestFinished(remove)
  await mkdir(join(path, 'binaries'))
  const options: BuildOptions = {
    plan: { by: 'pkg', entry: join(path, 'main.ts') },
    output: join(path, 'binaries', 'app'),
  }
  await rejectionOf(build(options, { signal: AbortSignal.abort() }))
  expect(await readdir(join(path, 'binaries'))).toEqual([])
})

async function run(binary: string): Promise<string> {
  return (await promisify(execFile)(binary, { env: {} })).stdout
}
