import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { APP_NAME } from '../../../fixtures/shared/src/index.ts'
import {
  type BuildOptions,
  type BuiltBinary,
  build,
  hostTriple,
  PayloadMissingError,
} from '../../../harness/build/build.ts'
import { provePayload } from '../../../harness/build/payload.ts'
import { BUILD_LIMIT_MS, makeWorkspace, ROOT, rejectionOf, type Workspace } from './project.ts'

let workspace: Workspace
let options: BuildOptions
let built: BuiltBinary

beforeAll(async () => {
  workspace = await makeWorkspace()
  options = {
    plan: { by: 'pkg', entry: join(ROOT, 'fixtures/backend/src/main.ts') },
    output: join(workspace.path, 'binaries', 'backend'),
    cacheDirectory: join(workspace.path, 'cache'),
  }
  built = await build(options)
}, BUILD_LIMIT_MS)

afterAll(async () => {
  await workspace?.remove()
})

describe('a built binary', () => {
  it('carries the target triple in its name, may be run by all, and lies there alone', async () => {
    expect(built.path).toBe(`${options.output}-${hostTriple()}`)
    expect(await readdir(join(workspace.path, 'binaries'))).toEqual([`backend-${hostTriple()}`])
    const { mode, size } = await stat(built.path)
    expect(mode & 0o777).toBe(0o755)
    expect(built).toMatchObject({
      bytes: size,
      cached: false,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(built.phases.map(({ name }) => name)).toEqual(['bundle', 'cache', 'pkg', 'proof'])
  })

  it('works alone in an empty directory, with an environment that is bare or hostile', async () => {
    const alone = await makeWorkspace()
    onTestFinished(alone.remove)
    const binary = join(alone.path, 'backend')
    await copyFile(built.path, binary)

    for (const env of [{}, { NODE_OPTIONS: '--no-such-option --require=/no/such/file --inspect' }]) {
      const child = spawn(binary, { cwd: alone.path, env, stdio: ['ignore', 'pipe', 'ignore'] })
      onTestFinished(() => {
        child.kill('SIGKILL')
      })
      const exit = once(child, 'exit')
      const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exit])
      expect(line).toMatch(/^BACKEND_PORT:\d+$/)

      const response = await fetch(`http://127.0.0.1:${String(line).split(':')[1]}/health`)
      expect(await response.json()).toMatchObject({ status: 'ok', app: APP_NAME })
      child.kill('SIGTERM')
      expect(await exit).toEqual([0, null])
    }
    expect(await readdir(alone.path)).toEqual(['backend'])
  })

  it('does not tell where it was built', async () => {
    for (const place of [ROOT, 'sidecar-build']) {
      const grep = execFile('grep', ['--quiet', '--text', '--fixed-strings', place, built.path])
      expect(await once(grep, 'exit')).toEqual([1, null])
    }
  })
})

describe('building again', () => {
  it('keeps the binary when nothing has changed, without reading it', async () => {
    const before = await stat(built.path, { bigint: true })
    const start = performance.now()
    const again = await build(options)
    // Reading alone would take a hundred milliseconds, building some thousand.
    expect(performance.now() - start).toBeLessThan(1_000)
    // A busy machine can take the processor away from one of them, not from each.
    const lookups: number[] = []
    for (let count = 0; count < 4; count++) {
      const { phases } = await build(options)
      lookups.push(phases.find(({ name }) => name === 'cache')?.ms ?? Number.POSITIVE_INFINITY)
    }
    expect(Math.min(...lookups)).toBeLessThan(50)

    expect(again).toEqual({ ...built, cached: true, phases: expect.anything() })
    expect(await stat(built.path, { bigint: true })).toEqual(before)
  })

  it('keeps a copy that is the same to the byte', async () => {
    const copy = `${built.path}.copy`
    await copyFile(built.path, copy)
    await rename(copy, built.path)
    expect(await build(options)).toMatchObject({ cached: true, sha256: built.sha256 })
  })
})

describe('the proof that a binary carries its application', () => {
  const code = Buffer.from('console.log("the application")\n')

  it('fails on a plain copy of Node', async () => {
    const error = await rejectionOf(provePayload(process.execPath, code, 'pkg'))
    expect(error).toBeInstanceOf(PayloadMissingError)
    expect(error).toMatchObject({
      file: process.execPath,
      message: expect.stringContaining('unmodified node'),
    })
  })

  it('fails on a binary with another application inside', async () => {
    const error = await rejectionOf(provePayload(built.path, code, 'pkg'))
    expect(error).toBeInstanceOf(PayloadMissingError)
    expect(error).toMatchObject({ message: expect.stringContaining('not the bundle') })
  })

  // Four mebibytes is one read; the bundle lies before, across and behind its end.
  it.each([0, 4 * 1024 * 1024 - 9, 4 * 1024 * 1024, 9 * 1024 * 1024])(
    'searches the whole of a file that is no ELF: at byte %d',
    async position => {
      const file = join(workspace.path, `other-${position}`)
      onTestFinished(() => rm(file))
      const contents = Buffer.alloc(10 * 1024 * 1024, 'MZ')
      await writeFile(file, contents)
      await expect(provePayload(file, code, 'pkg')).rejects.toThrow(PayloadMissingError)

      code.copy(contents, position)
      await writeFile(file, contents)
      await provePayload(file, code, 'pkg')
    },
  )
})
