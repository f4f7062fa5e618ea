import { execFile } from 'node:child_process'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type BaseNode, findBaseNode } from '../../../harness/build/base-node.ts'
import { type BuildOptions, build, hostTriple, PayloadMissingError } from '../../../harness/build/build.ts'
import { runSea } from '../../../harness/build/by/sea.ts'
import { BuildError } from '../../../harness/build/errors.ts'
import { underReaper } from '../../../harness/build/guard.ts'
import { identify } from '../../../harness/build/identity.ts'
import { provePayload } from '../../../harness/build/payload.ts'
import { BUILD_LIMIT_MS, makeWorkspace, rejectionOf, writeFiles } from './project.ts'

/* Node's own single executables. */

const SOURCE = 'const word: string = "one"\nconsole.log(word, process.execArgv.length, new Error().stack)'
const HOSTILE = { NODE_OPTIONS: '--no-such-option --require=/no/such/file --inspect' }

test("a binary by Node's own means carries its program, and obeys no NODE_OPTIONS", {
  timeout: 2 * BUILD_LIMIT_MS,
}, async () => {
  const { path, options } = await start()
  const built = await build(options)
  expect(built.phases.map(({ name }) => name)).toEqual(['bundle', 'cache', 'sea', 'proof'])
  expect(built.path).toBe(join(path, 'binaries', `app-${hostTriple()}`))
  expect((await stat(built.path)).mode & 0o777).toBe(0o755)
  for (const env of [{}, HOSTILE]) {
    const said = await run(built.path, env)
    expect(said).toMatch(/^one 0 Error.*\n {4}at .*app\.cjs/)
    expect(said).not.toContain('sidecar-build')
  }

  const before = await identify(built.path)
  expect(await build(options)).toMatchObject({ cached: true, sha256: built.sha256 })
  expect(await identify(built.path)).toEqual(before)

  await writeFiles(path, { 'main.ts': SOURCE.replace('one', 'two') })
  const abort = new AbortController()
  const reason = new Error('enough')
  // The moment in which the injection begins, or the one in which the file is there.
  const onOutput = () => abort.abort(reason)
  expect(await rejectionOf(build(options, { signal: abort.signal, onOutput }))).toBe(reason)
  expect(await readdir(join(path, 'binaries'))).toEqual([`app-${hostTriple()}`])
  expect(await identify(built.path)).toEqual(before)

  expect(await build(options)).toMatchObject({ cached: false })
  expect(await run(built.path, {})).toMatch(/^two/)
})

const BY_NODE = process.env.SEA_NODE
const WHY_NOT = BY_NODE === undefined ? ' (skipped: SEA_NODE names no Node 25.5 or newer)' : ''

test.skipIf(BY_NODE === undefined)(
  `a Node that can makes it by itself${WHY_NOT}`,
  {
    timeout: BUILD_LIMIT_MS,
  },
  async () => {
    const { path } = await start()
    const { stdout } = await promisify(execFile)(BY_NODE ?? '', ['--version'])
    const base = { path: BY_NODE ?? '', version: stdout.trim().slice(1), bytes: 0, mtimeMs: 0 }
    const printed: string[] = []
    const { output, code } = await make(path, base, line => printed.push(line))
    await provePayload(output, code, 'sea')
    expect(printed.join('\n')).not.toContain('injection')
    expect(await run(output, HOSTILE)).toBe(`one 0 ${stdout}`)
  },
)

describe('a Node that is none', () => {
  const POSIX = process.platform !== 'win32'

  test.skipIf(!POSIX)('and says that all went well is found out', async () => {
    const { path } = await start()
    const base = { ...(await findBaseNode()), path: '/bin/true', version: '24.0.0' }
    const error = await rejectionOf(
      make(path, base).then(({ output, code }) => provePayload(output, code, 'sea')),
    )
    expect(error).toBeInstanceOf(PayloadMissingError)
    expect(error).toMatchObject({ tool: 'sea', phase: 'proof' })
  })

  test.skipIf(!POSIX)('and warns of what it made has made nothing', async () => {
    const { path } = await start()
    const fake = join(path, 'node')
    await writeFile(fake, '#!/bin/sh\necho "(node:1) Warning: the blob may crash" >&2\n', { mode: 0o755 })
    const base = { ...(await findBaseNode()), path: fake, version: '26.0.0' }
    const error = await rejectionOf(make(path, base))
    expect(error).toBeInstanceOf(BuildError)
    expect((error as Error).message).toBe(
      'Node made a binary that is warned of:\n  (node:1) Warning: the blob may crash',
    )
  })

  test('or is not there, is told so', async () => {
    const { path } = await start()
    const base = { ...(await findBaseNode()), path: '/no/such/node' }
    const error = await rejectionOf(make(path, base))
    expect((error as Error).message).toMatch(/^sea could not make the binary \(ENOENT\):/)
  })
})

async function start(): Promise<{ path: string; options: BuildOptions }> {
  const { path, remove } = await makeWorkspace({ 'package.json': '{}', 'main.ts': SOURCE })
  onTestFinished(remove)
  const options: BuildOptions = {
    plan: { by: 'sea', entry: join(path, 'main.ts') },
    output: join(path, 'binaries', 'app'),
  }
  return { path, options }
}

async function make(path: string, base: BaseNode, onOutput: (line: string) => void = () => {}) {
  const code = Buffer.from('console.log("one", process.execArgv.length, process.version)\n')
  const output = join(path, 'app')
  await underReaper(guard => runSea({ code, name: 'app.cjs', base, output, guard, onOutput }))
  return { output, code }
}

async function run(binary: string, env: Record<string, string>): Promise<string> {
  return (await promisify(execFile)(binary, { env })).stdout
}
