import { execFile, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { type BuildOptions, build, hostTriple, PayloadMissingError } from '../../../harness/build/build.ts'
import { BuildError } from '../../../harness/build/errors.ts'
import { identify } from '../../../harness/build/identity.ts'
import { proveProgram } from '../../../harness/build/program.ts'
import { MAIN_TARGETS } from '../../../harness/build/targets.ts'
import { withTriple } from '../../../harness/build/triple.ts'
import { BUILD_LIMIT_MS, makeWorkspace, rejectionOf, writeFiles } from './project.ts'

/* Bun, where it is in PATH: npm has it, as `bun`. */

const IS_THERE = spawnSync('bun', ['--version'], { stdio: 'ignore' }).status === 0
const WHY_NOT = IS_THERE ? '' : ' (skipped: there is no bun)'

const FILES = {
  'package.json': '{}',
  'main.ts': 'import { said } from "./deep/words.ts"\nconsole.log(said(), process.env.FROM_DOTENV)',
  'deep/words.ts': 'export function said(): string { return new Error("one").stack ?? "" }',
  'bunfig.toml': '[define]\n"FLAG" = "1"\n',
}

/** Bun fetches itself for another machine: forty megabytes, once. */
const FOREIGN_MS = 2 * BUILD_LIMIT_MS

describe.skipIf(!IS_THERE)(`a binary by bun${WHY_NOT}`, { timeout: BUILD_LIMIT_MS }, () => {
  test.each([...MAIN_TARGETS, 'aarch64-unknown-linux-musl'])(
    'for %s comes out as that machine wants it',
    { timeout: FOREIGN_MS },
    async triple => {
      const { options } = await start()
      const { path, sha256 } = await build({ ...options, triple })
      expect(path).toBe(withTriple(options.output, triple))
      const artifact = await describeArtifact(path, { verify: true })
      expect(artifact).toMatchObject({ triple, nameTriple: triple, mode: 0o755, defects: [] })
      expect(artifact.payload).toMatchObject({ runtime: 'bun', state: 'carried' })
      const isMac = triple.endsWith('-apple-darwin')
      expect(artifact.signature?.kind ?? 'none').toBe(isMac ? 'ad-hoc' : 'none')
      expect(artifact.signature?.pages?.wrong ?? 0).toBe(0)
      expect(await build({ ...options, triple })).toMatchObject({ cached: true, sha256 })
    },
  )

  test('carries its program, takes nothing from where it runs, and tells nothing of where it was built', async () => {
    const { path, options } = await start()
    const built = await build(options)
    expect(built.phases.map(({ name }) => name)).toEqual(['bun', 'proof'])
    expect((await stat(built.path)).mode & 0o777).toBe(0o755)
    expect(await readdir(join(path, 'binaries'))).toEqual([`app-${hostTriple()}`])
    expect(await readdir(path)).toEqual(['binaries', ...Object.keys(FILES).map(first)].sort().filter(isNew))

    await writeFiles(path, { 'elsewhere/.env': 'FROM_DOTENV=yes', 'elsewhere/bunfig.toml': 'no toml' })
    const said = await run(built.path, join(path, 'elsewhere'))
    expect(said).toMatch(/^Error: one\n {4}at said (.*\n)* {4}.*\/root\/app:.* undefined\n$/)
    for (const place of [path, 'words.ts', 'sidecar-build']) {
      expect(spawnSync('grep', ['-q', '-a', '-F', place, built.path]).status, place).toBe(1)
    }
  })

  test('is left alone where it comes out the same, also in another place, and replaced where it does not', async () => {
    const { path, options } = await start()
    const first = await build(options)
    const before = await identify(first.path)
    expect(await build(options)).toMatchObject({ cached: true, sha256: first.sha256 })
    expect(await identify(first.path)).toEqual(before)

    const other = await start()
    expect((await build(other.options)).sha256).toBe(first.sha256)

    await writeFiles(path, { 'deep/words.ts': 'export const said = () => "two"' })
    expect(await build(options)).toMatchObject({ cached: false })
    expect(await run(first.path, path)).toBe('two undefined\n')
  })

  test.each([
    [
      'an error',
      'import "./nowhere.ts"',
      /^bun could not make the binary \(exit code 1\):\n(.*\n)*.*Could not resolve: ".\/nowhere.ts"/,
    ],
    [
      'a warning',
      'import * as words from "./deep/words.ts"\nconsole.log(words.siad)',
      /^bun made a binary that it warns of:\n(.*\n)* {2}warn: Import "siad" will always be undefined/,
    ],
  ])('is not made, and the old one stays, at %s', async (_, source, words) => {
    const { path, options } = await start()
    const old = await build(options)
    const before = await identify(old.path)
    await writeFiles(path, { 'main.ts': source })
    const error = await rejectionOf(build(options))
    expect(error).toBeInstanceOf(BuildError)
    expect((error as Error).message).toMatch(words)
    expect(await identify(old.path)).toEqual(before)
    expect(await readdir(join(path, 'binaries'))).toEqual([`app-${hostTriple()}`])
  })

  test('that is given up leaves the old one, and nothing of a hundred megabytes', async () => {
    const { path, options } = await start()
    const old = await build(options)
    const before = await identify(old.path)
    await writeFiles(path, { 'deep/words.ts': 'export const said = () => "two"' })
    const seen: (string | null)[] = []
    const watcher = watch(path, (_, name) => seen.push(name))
    onTestFinished(() => watcher.close())
    const abort = new AbortController()
    const reason = new Error('enough')
    const onOutput = () => abort.abort(reason)
    expect(await rejectionOf(build(options, { signal: abort.signal, onOutput }))).toBe(reason)
    expect(await identify(old.path)).toEqual(before)
    expect(await readdir(join(path, 'binaries'))).toEqual([`app-${hostTriple()}`])
    // Where a bun is killed while it writes, nobody else removes it.
    await build(options)
    expect(seen.filter(name => name?.endsWith('.bun-build'))).toEqual([])
  })
})

test.skipIf(process.platform !== 'linux')(
  'what is no bun, or a bare one, is not taken for a program in bun',
  async () => {
    const proof = {
      tool: 'bun',
      triple: hostTriple(),
      isForeign: false,
      takesScripts: false,
      runtime: 'bun',
    } as const
    const error = await rejectionOf(proveProgram('/bin/ls', proof))
    expect(error).toBeInstanceOf(PayloadMissingError)
    expect((error as Error).message).toBe('/bin/ls does not carry the application: it is no bun at all.')
    if (!IS_THERE) return
    const bare = (await promisify(execFile)('bun', ['--print', 'process.execPath'])).stdout.trim()
    expect(await rejectionOf(proveProgram(bare, proof))).toMatchObject({
      message: `${bare} does not carry the application: it is a bun with no application inside.`,
    })
  },
)

async function start(): Promise<{ path: string; options: BuildOptions }> {
  const { path, remove } = await makeWorkspace(FILES)
  onTestFinished(remove)
  return {
    path,
    options: { plan: { by: 'bun', entry: join(path, 'main.ts') }, output: join(path, 'binaries', 'app') },
  }
}

async function run(binary: string, cwd: string): Promise<string> {
  return (await promisify(execFile)(binary, { cwd, env: {} })).stdout
}

function first(file: string): string {
  return file.split('/')[0] ?? ''
}

function isNew(name: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(name) === index
}
