import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { execa } from 'execa'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packPackage } from './consumer/pack.ts'
import { type Consumer, EXEC, makeConsumer, type PackageManager } from './consumer/project.ts'

/* The package as others get it: packed, installed elsewhere by their package manager, and put to use. */

/** An install from the registry, on a slow line and a busy machine. */
const INSTALL_MS = 240_000
/** A gate on a busy machine, and Vitest or a compiler around it. */
const GATE_MS = 120_000

let scratch: string
let tarball: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'consumer-'))
  tarball = await packPackage(scratch)
}, INSTALL_MS)
afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('the tarball', () => {
  let unpacked: string
  beforeAll(async () => {
    unpacked = join(scratch, 'unpacked')
    await execa('mkdir', [unpacked])
    await execa('tar', ['-xzf', tarball, '-C', unpacked])
  })

  test('has nothing that publint would mend', async () => {
    const { buffer, byteOffset, byteLength } = await readFile(tarball)
    const packed = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer

    const { messages } = await publint({ pack: { tarball: packed }, strict: true })
    expect(messages).toEqual([])
  })

  test('has types that are right for everybody who can import it', async () => {
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))))
    if (result.types === false) throw new Error('the package has no types')

    expect(Object.keys(result.entrypoints)).toEqual(
      expect.arrayContaining(['.', './vitest', './vitest/global-setup']),
    )
    // An ES module alone: CommonJS gets it by import(), or by require in each Node that is supported.
    const esm = result.problems.filter(
      problem => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
    )
    expect(esm).toEqual([])
  })

  test('imports only what is installed beside it, and passes on the licenses of the rest', async () => {
    const dist = join(unpacked, 'package/dist')
    const manifest = JSON.parse(await readFile(join(unpacked, 'package/package.json'), 'utf8'))
    const beside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

    const imported = new Set<string>()
    for (const file of (await readdir(dist)).filter(name => name.endsWith('.js'))) {
      const code = await readFile(join(dist, file), 'utf8')
      const found = code.matchAll(
        /^import [^"]*"((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[^"]*)?";$|\bimport\("((?:@[\w-]+\/)?[a-z][\w-]*)/gm,
      )
      for (const [, atOnce, later] of found) imported.add(atOnce ?? later ?? '')
    }
    expect([...imported]).toContain('vitest')
    expect([...imported].filter(name => !isBuiltin(name) && !beside.includes(name))).toEqual([])
    const licenses = await readFile(join(dist, 'third-party-licenses.txt'), 'utf8')
    for (const name of ['execa', 'undici', 'zod', 'tree-kill', 'tmp-promise', 'leven']) {
      expect(licenses).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)\\n\\n\\S`, 'm'))
    }
  })

  test('holds every file that its modules look for beside themselves, and no sources', async () => {
    const dist = join(unpacked, 'package/dist')
    const files = await readdir(dist)

    const wanted: string[] = []
    for (const file of files.filter(name => /\.m?js$/.test(name))) {
      const code = await readFile(join(dist, file), 'utf8')
      // A template holds the extension, which is that of every module here.
      for (const [, name = ''] of code.matchAll(/new URL\(["'`]\.\/([^"'`]+)["'`], import\.meta\.url\)/g)) {
        wanted.push(name.replace(/\$\{extname\(import\.meta\.url\)\}/, '.js'))
      }
    }
    expect(wanted).toEqual(
      expect.arrayContaining(['parent-program.mjs', 'calibration-program.mjs', 'pkg-worker.js']),
    )
    expect(files).toEqual(expect.arrayContaining(wanted))
    expect(files.filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([])
    expect(await readdir(join(unpacked, 'package'))).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'schema']),
    )
  })
})

describe.each<PackageManager>(['npm', 'pnpm'])('installed by %s', packageManager => {
  const tool = (...commandLine: string[]) => [...EXEC[packageManager], ...commandLine]
  const harness = (...args: string[]) => tool('sidecar-harness', ...args)

  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer(join(scratch, packageManager), packageManager, tarball)
    const { code, output } = await consumer.run(harness('init'))
    if (code !== 0) throw new Error(`init ended with ${code}:\n${output}`)
  }, INSTALL_MS)

  test('a sound sidecar passes the gate, by the contract that init wrote', { timeout: GATE_MS }, async () => {
    const { code, output } = await consumer.run(harness('check', '--reporter', 'json=verdict.json'))

    expect(output).toMatch(/^pass {5}\d+ pass, 0 fail/m)
    expect(code).toBe(0)
    const verdict = JSON.parse(await readFile(join(consumer.directory, 'verdict.json'), 'utf8'))
    expect(verdict).toMatchObject({ verdict: 'pass', tool: { name: 'sidecar-harness', version: '0.1.0' } })
    // Judged by a program of ours that has to be found: without it the clause would only be skipped.
    expect(JSON.stringify(verdict)).toMatch(/"id":"stop\/parent-death",[^{}]*"outcome":"pass"/)
  })

  test('a faulty one fails it, and is told what is wrong', { timeout: GATE_MS }, async () => {
    const { code, output } = await consumer.run(harness('check', consumer.faulty, '--only', 'stop/sig*'))

    expect(output).toMatch(
      /✖ stop\/sigint \(must\): .*\n +expected {2}after SIGINT.*\n +seen {6}it exited with code 1/,
    )
    expect(code).toBe(1)
  })

  test('the spec that init wrote is green in Vitest, and red for a faulty sidecar', {
    timeout: GATE_MS,
  }, async () => {
    const green = await consumer.run(tool('vitest', 'run', 'sidecar.test'))
    expect(green.output).toMatch(/Tests {2}\d+ passed/)
    expect(green.output).not.toMatch(/failed/)
    expect(green.code).toBe(0)

    const red = await consumer.run(tool('vitest', 'run', 'sidecar.test', '-t', 'stop/sig'), {
      SIDECAR_BINARY: consumer.faulty,
    })
    expect(red.output).toMatch(/stop\/sigint \(must\): /)
    expect(red.output).toMatch(/1 failed \| 1 passed/)
    expect(red.code).toBe(1)
  })

  test("specs of one's own get a sidecar that is launched for them", { timeout: GATE_MS }, async () => {
    await consumer.write('own.test.js', OWN_SPEC)
    await consumer.write(
      'vitest.config.js',
      `export default { test: { globalSetup: 'sidecar-harness/vitest/global-setup' } }\n`,
    )
    const { code, output } = await consumer.run(tool('vitest', 'run', 'own.test'))

    expect(output).toMatch(/Tests {2}2 passed \(2\)/)
    expect(code).toBe(0)
  })

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'its types check, and are types, in a project of module %s',
    { timeout: GATE_MS },
    async (module, moduleResolution) => {
      await consumer.write('types.ts', TYPES)
      const compilerOptions = { module, moduleResolution, target: 'es2024', strict: true, noEmit: true }
      // Vitest's own declarations are not ours to check; ours are checked without it, too.
      const libraries = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ['types.ts'] }
      const alone = { compilerOptions, files: ['alone.ts'] }
      await consumer.write('alone.ts', `export { defineContract, launch, runGate } from 'sidecar-harness'\n`)
      for (const tsconfig of [libraries, alone]) {
        await consumer.write('tsconfig.json', JSON.stringify(tsconfig))
        const { code, output } = await consumer.run(tool('tsc', '-p', '.'))
        expect(output).not.toContain('error TS')
        expect(code).toBe(0)
      }
    },
  )

  test('a contract that is to be built is told what to install for it', { timeout: INSTALL_MS }, async () => {
    await consumer.write('src/main.js', 'console.log(1)\n')
    await consumer.write(
      'built/sidecar.config.json',
      JSON.stringify({ binary: 'bin/backend', build: { entry: '../src/main.js' } }),
    )
    const { code, output } = await consumer.run(harness('check', '--config', 'built/sidecar.config.json'))

    expect(output).toContain('esbuild and @yao-pkg/pkg are needed to build the binary, and cannot be found.')
    expect(output).toContain('npm install --save-dev --save-exact esbuild @yao-pkg/pkg@6.23.0')
    expect(code).toBe(3)

    // Where everybody sees what is theirs alone, the packages have to be found as our peers.
    if (packageManager !== 'pnpm') return
    const tools = ['esbuild@0.28.2', '@yao-pkg/pkg@6.23.0']
    const added = await consumer.run(['npx', '--yes', 'pnpm@12', 'add', '--save-dev', ...tools])
    expect(added.code, added.output).toBe(0)
    const built = await consumer.run(harness('build', '--config', 'built/sidecar.config.json'))
    expect(built.output).toMatch(/^built\/bin\/backend-\S+$/m)
    expect(built.code).toBe(0)
  })
})

const OWN_SPEC = `import { expect, test } from 'sidecar-harness/vitest'

test('answers', async ({ sidecar }) => {
  const response = await sidecar.request('/health')
  expect(response.status).toBe(200)
})

test('keeps its promises', async ({ sidecar }) => {
  expect(sidecar).toHaveAnnouncedOnce()
  expect(sidecar).toHaveKeptStdoutClean()
})
`

const TYPES = `import { type ClauseId, defineContract, launch } from 'sidecar-harness'
import { describeContract, expect, test } from 'sidecar-harness/vitest'
import setup from 'sidecar-harness/vitest/global-setup'

defineContract({ levels: { 'net/app-origins-allowed': 'must' } })
// @ts-expect-error: there is no such clause.
defineContract({ levels: { 'net/nothing': 'must' } })
// @ts-expect-error: there is no such key.
describeContract({ konfig: 'sidecar.config.ts' })
// @ts-expect-error: it is one of the catalogue's.
export const id: ClauseId = 'stop/nothing'

test('has types', async ({ sidecar, fleet }) => {
  expect((await sidecar.request('/health')).status).toBe(200)
  expect(sidecar).toHaveAnnouncedOnce()
  // @ts-expect-error: there is no such matcher.
  expect(sidecar).toHaveSungASong()
  // @ts-expect-error: it is a number.
  await fleet('three')
})
export { launch, setup }
`
