import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dir } from 'tmp-promise'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { loadContract, loadContracts } from '../../../harness/contract/load.ts'
import { resolveContract, resolveContracts } from '../../../harness/contract/resolve.ts'

type Files = Record<string, unknown>

const HERE = ({ win32: 'windows', darwin: 'macos' } as Record<string, string>)[process.platform] ?? 'linux'
const ELSEWHERE = HERE === 'windows' ? 'linux' : 'windows'

async function project(files: Files): Promise<string> {
  const { path, cleanup } = await dir({ prefix: 'tauri-', unsafeCleanup: true })
  onTestFinished(() => cleanup())
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return path
}

const resolve = (directory: string, input: Partial<ContractInput> = {}) =>
  resolveContracts({ preset: 'tauri', ...input }, { file: null, directory }).map(({ contract }) => contract)

function problemsOf(directory: string, input: object = {}): readonly string[] {
  try {
    resolveContracts({ preset: 'tauri', ...input }, { file: null, directory })
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    return error.problems.map(({ at, message }) => `${at}: ${message.replaceAll(directory, '…')}`)
  }
  return []
}

const CONF = 'src-tauri/tauri.conf.json'
const v2 = (...externalBin: string[]): Files => ({ [CONF]: { bundle: { externalBin } } })
const v1 = (tauri: object): Files => ({ [CONF]: { package: {}, tauri } })

describe('the preset tauri', () => {
  test('makes a contract of each sidecar of the app', async () => {
    const directory = await project(v2('binaries/api', '../search/bin/search'))
    expect(resolve(directory)).toMatchObject([
      { name: 'api', app: 'tauri', binary: join(directory, 'src-tauri/binaries/api') },
      { name: 'search', app: 'tauri', binary: join(directory, 'search/bin/search') },
    ])
  })

  test('gives to each what is written', async () => {
    const directory = await project(v2('binaries/api', 'binaries/search'))
    const contracts = resolve(directory, { announce: 'PORT={port}', net: { ports: [9229] } })
    expect(contracts).toHaveLength(2)
    for (const contract of contracts) {
      expect(contract.announce.pattern).toEqual({ kind: 'template', template: 'PORT={port}' })
      expect(contract.net).toEqual({
        ports: [9229],
        origins: ['tauri://localhost', 'http://tauri.localhost'],
      })
    }
  })

  test('takes the one that is named', async () => {
    const directory = await project(v2('binaries/api', 'binaries/search'))
    const [only, ...others] = resolve(directory, { binary: './src-tauri/binaries/search', name: 'Search' })
    expect(others).toEqual([])
    expect(only).toMatchObject({ name: 'Search', binary: join(directory, 'src-tauri/binaries/search') })
  })

  test('serves a contract that stands beside tauri.conf.json', async () => {
    const directory = await project({ 'tauri.conf.json': { bundle: { externalBin: ['binaries\\api'] } } })
    expect(resolve(directory)).toMatchObject([{ binary: join(directory, 'binaries/api') }])
  })

  test('reads version 1, whose windows have another origin', async () => {
    const directory = await project(v1({ bundle: { externalBin: ['binaries/api'] } }))
    expect(resolve(directory)).toMatchObject([
      { name: 'api', net: { origins: ['tauri://localhost', 'https://tauri.localhost'] } },
    ])
  })

  test.each<[Files, string]>([
    [
      { [CONF]: { app: { windows: [{}, { useHttpsScheme: true }] }, bundle: { externalBin: ['a'] } } },
      'https://tauri.localhost',
    ],
    [
      { [CONF]: { app: { windows: [{ useHttpsScheme: false }] }, bundle: { externalBin: ['a'] } } },
      'http://tauri.localhost',
    ],
    [
      v1({ bundle: { externalBin: ['a'] }, security: { dangerousUseHttpScheme: true } }),
      'http://tauri.localhost',
    ],
  ])('knows the origin on Windows by %j', async (files, origin) => {
    const [contract] = resolve(await project(files))
    expect(contract?.net.origins).toEqual(['tauri://localhost', origin])
  })

  test("lays the platform's own configuration over it, as Tauri does", async () => {
    const directory = await project({
      [CONF]: { bundle: { externalBin: ['a', 'b'], icon: [] } },
      [`src-tauri/tauri.${HERE}.conf.json`]: { bundle: { externalBin: ['c'] } },
      [`src-tauri/tauri.${ELSEWHERE}.conf.json`]: { bundle: { externalBin: ['d'] } },
    })
    expect(resolve(directory).map(({ name }) => name)).toEqual(['c'])
  })

  test('has a sidecar built that is named in tauri.conf.json alone', async () => {
    const directory = await project(v2('binaries/api'))
    expect(resolve(directory, { build: { entry: 'src/main.ts' } })).toMatchObject([
      { build: { entry: join(directory, 'src/main.ts') }, binary: join(directory, 'src-tauri/binaries/api') },
    ])
  })

  test('is read with a file, and one of its contracts by name', async () => {
    const directory = await project({
      ...v2('bin/api', 'bin/search'),
      'sidecar.config.json': { preset: 'tauri' },
    })
    const file = join(directory, 'sidecar.config.json')
    expect((await loadContracts(file)).map(({ contract }) => contract.name)).toEqual(['api', 'search'])
    expect((await loadContract(file, 'search')).contract).toMatchObject({ name: 'search', file })
    await expect(loadContract(file)).rejects.toThrow('it holds several contracts, api, search: name one')
  })

  test('stands in a list beside others', async () => {
    const directory = await project(v2('bin/api', 'bin/search'))
    const list = [{ name: 'helper' }, { preset: 'tauri' }]
    const names = resolveContracts(list, { file: null, directory }).map(({ contract }) => contract.name)
    expect(names).toEqual(['helper', 'api', 'search'])
    expect(() => resolveContracts([{ name: 'api' }, { preset: 'tauri' }], { file: null, directory })).toThrow(
      '[1].name: "api" is the name of [0] already: each needs its own',
    )
  })
})

describe('the preset tauri is refused', () => {
  const INSTEAD = 'leave the preset out, and write app: "tauri" and binary: "src-tauri/binaries/<name>"'

  test.each<[string, Files, object, string]>([
    [
      'where there is no configuration',
      { 'src-tauri/x': '' },
      {},
      `preset: there is no tauri.conf.json in … or its src-tauri: ${INSTEAD}`,
    ],
    [
      'for TOML',
      { 'src-tauri/Tauri.toml': '' },
      {},
      `preset: src-tauri/Tauri.toml is not read, only tauri.conf.json is: ${INSTEAD}`,
    ],
    [
      'for JSON5',
      { 'tauri.conf.json5': '' },
      {},
      `preset: tauri.conf.json5 is not read, only tauri.conf.json is: ${INSTEAD}`,
    ],
    [
      'for what only this platform has in JSON5',
      { ...v2('a'), [`src-tauri/tauri.${HERE}.conf.json5`]: '' },
      {},
      `preset: src-tauri/tauri.${HERE}.conf.json5 is laid over tauri.conf.json here, and is not read, as it is no JSON: ${INSTEAD}`,
    ],
    [
      'for a configuration of another shape',
      { [CONF]: { bundle: { externalBin: 'a' } } },
      {},
      'preset: src-tauri/tauri.conf.json is no configuration of Tauri: bundle.externalBin: Invalid input: expected array, received string',
    ],
    [
      'where the app ships none',
      { [CONF]: { bundle: {} } },
      {},
      'preset: src-tauri/tauri.conf.json has no bundle.externalBin, so the app ships no sidecar: add "externalBin": ["binaries/backend"]',
    ],
    [
      'where it ships none on this platform',
      { ...v2('a'), [`src-tauri/tauri.${HERE}.conf.json`]: { bundle: { externalBin: null } } },
      {},
      'preset: src-tauri/tauri.conf.json has no bundle.externalBin, so the app ships no sidecar: add "externalBin": ["binaries/backend"]',
    ],
    [
      'where the app of version 1 ships none',
      v1({ bundle: { externalBin: [] } }),
      {},
      'preset: src-tauri/tauri.conf.json has no tauri.bundle.externalBin, so the app ships no sidecar: add "externalBin": ["binaries/backend"]',
    ],
    [
      'for another binary',
      v2('binaries/api', 'binaries/search'),
      { binary: 'binaries/api' },
      'binary: bundle.externalBin of src-tauri/tauri.conf.json does not name it. It names src-tauri/binaries/api, src-tauri/binaries/search. Leave the preset out, and write app: "tauri", for one that the app ships otherwise',
    ],
    [
      'for one name of several',
      v2('binaries/api', 'binaries/search'),
      { name: 'x' },
      "name: it is one sidecar's, and src-tauri/tauri.conf.json has several, binaries/api, binaries/search: choose one with `binary`",
    ],
    [
      'for a binary that is no text',
      v2('binaries/api'),
      { binary: 5 },
      'binary: Invalid input: expected string, received number',
    ],
  ])('%s', async (_why, files, input, problem) => {
    expect(problemsOf(await project(files), input)).toEqual([problem])
  })

  test('for what is no JSON, with what Node says of it', async () => {
    const [problem] = problemsOf(await project({ [CONF]: '{ // a comment\n}' }))
    expect(problem).toMatch(
      /^preset: src-tauri\/tauri\.conf\.json cannot be read as JSON: Expected property name/,
    )
  })

  test('where one contract is meant and the app has several', async () => {
    const directory = await project(v2('bin/api', 'bin/search'))
    expect(() => resolveContract({ preset: 'tauri' }, { file: null, directory })).toThrow(
      'preset: its app has several sidecars, api, search: choose one with `binary`',
    )
  })
})

describe("what the app's pages may run", () => {
  const CAPABILITY = 'src-tauri/capabilities/default.json'
  const allow = (...names: string[]) => ({
    identifier: 'default',
    windows: ['main'],
    permissions: [
      'core:default',
      { identifier: 'shell:allow-spawn', allow: names.map(name => ({ name, sidecar: true })) },
    ],
  })
  const blocked = (name: string, where: string, sidecar = 'binaries/api') =>
    `preset: ${where} lets the app's pages run the sidecar "${name}", and bundle.externalBin of ${CONF} has "${sidecar}": Tauri compares them letter by letter, so they could never run it. Write {"name":"${sidecar}","sidecar":true} there, and Command.sidecar("${sidecar}") in the page`
  const IN_FILE = `shell:allow-spawn of ${CAPABILITY}`

  test.each<[string, Files]>([
    ['nothing, as Rust may run it all the same', {}],
    ['the sidecar', { [CAPABILITY]: allow('binaries/api') }],
    ['the sidecar by the name of its file on Windows', { [CAPABILITY]: allow('binaries/api.exe') }],
    ['it by two names, one of them right', { [CAPABILITY]: allow('api', 'binaries/api') }],
    ['another program', { [CAPABILITY]: allow('binaries/other') }],
    [
      'it as no sidecar',
      {
        [CAPABILITY]: {
          identifier: 'x',
          permissions: [{ identifier: 'shell:allow-execute', allow: [{ name: 'api', cmd: 'api' }] }],
        },
      },
    ],
    ['it on a phone', { [CAPABILITY]: { ...allow('api'), platforms: ['android'] } }],
    ['what cannot be read', { [CAPABILITY]: '{' }],
    ['what is no capability', { [CAPABILITY]: { permissions: 5 } }],
    [
      'it elsewhere',
      {
        [CAPABILITY]: allow('api'),
        [`src-tauri/tauri.${ELSEWHERE}.conf.json`]: { bundle: { externalBin: ['api'] } },
      },
    ],
  ])('is no problem where they are allowed %s', async (_what, files) => {
    expect(problemsOf(await project({ ...v2('binaries/api'), ...files }))).toEqual([])
  })

  test.each<[string, Files, string]>([
    ['without its directory', { [CAPABILITY]: allow('api') }, blocked('api', IN_FILE)],
    [
      'with its triple',
      { [CAPABILITY]: allow('binaries/api-x86_64-unknown-linux-gnu') },
      blocked('binaries/api-x86_64-unknown-linux-gnu', IN_FILE),
    ],
    [
      'in a list',
      { [CAPABILITY]: [{ identifier: 'x', permissions: [] }, allow('api')] },
      blocked('api', IN_FILE),
    ],
    ['in a list with a name', { [CAPABILITY]: { capabilities: [allow('api')] } }, blocked('api', IN_FILE)],
    [
      'for desktops',
      { [CAPABILITY]: { ...allow('api'), platforms: ['linux', 'android'] } },
      blocked('api', IN_FILE),
    ],
    [
      'in the configuration itself',
      {
        [CONF]: {
          bundle: { externalBin: ['binaries/api'] },
          app: { security: { capabilities: [allow('api')] } },
        },
      },
      blocked('api', `shell:allow-spawn of ${CONF}`),
    ],
  ])('is wrong where it is allowed by another name: %s', async (_how, files, problem) => {
    expect(problemsOf(await project({ ...v2('binaries/api'), ...files }))).toEqual([problem])
  })

  test('is looked for in the capabilities that are switched on', async () => {
    const files = (enabled: string): Files => ({
      [CONF]: { bundle: { externalBin: ['binaries/api'] }, app: { security: { capabilities: [enabled] } } },
      [CAPABILITY]: allow('api'),
    })
    expect(problemsOf(await project(files('default')))).toHaveLength(1)
    expect(problemsOf(await project(files('another')))).toEqual([])
  })

  test('is looked for of the sidecar alone that is chosen', async () => {
    const directory = await project({ ...v2('binaries/api', 'binaries/search'), [CAPABILITY]: allow('api') })
    expect(problemsOf(directory)).toHaveLength(1)
    expect(problemsOf(directory, { binary: 'src-tauri/binaries/search' })).toEqual([])
  })

  describe('by an entry that nothing comes of', () => {
    const entry = { name: 'binaries/api', sidecar: true }
    const capability = (permissions: readonly unknown[], further: object = { windows: ['main'] }) => ({
      [CAPABILITY]: { identifier: 'default', permissions, ...further },
    })
    const spawn = (...entries: object[]) => ({ identifier: 'shell:allow-spawn', allow: entries })

    test.each<[string, Files, string]>([
      [
        'it is not marked as a sidecar',
        capability([spawn({ name: 'binaries/api', cmd: 'api' })]),
        `${IN_FILE} lets the app's pages run "binaries/api" without "sidecar": true, so that Tauri refuses Command.sidecar("binaries/api"): write it there`,
      ],
      [
        'it is for no window',
        capability([spawn(entry)], { windows: [] }),
        `${IN_FILE} lets the app's pages run "binaries/api", and names no window or webview that it is for: "windows": ["main"]`,
      ],
      [
        'it belongs to a call that runs nothing',
        capability([{ identifier: 'shell:allow-open', allow: [entry] }]),
        `shell:allow-open of ${CAPABILITY} lets the app's pages run "binaries/api", and no call of theirs looks there: shell:allow-spawn is where Command.spawn() does`,
      ],
    ])('is a problem where %s', async (_why, files, problem) => {
      expect(problemsOf(await project({ ...v2('binaries/api'), ...files }))).toEqual([`preset: ${problem}`])
    })

    test.each<[string, Files]>([
      ['for a webview', capability([spawn(entry)], { webviews: ['panel'] })],
      [
        'in a directory of its own',
        { 'src-tauri/capabilities/desktop/api.json': capability([spawn(entry)])[CAPABILITY] },
      ],
      ['beside one that is marked', capability([spawn({ name: 'binaries/api', cmd: 'api' }, entry)])],
    ])('is none %s', async (_how, files) => {
      const directory = await project({ ...v2('binaries/api'), ...files })
      expect(problemsOf(directory)).toEqual([])
      expect(resolve(directory)[0]?.notes).toBeUndefined()
    })

    test('is seen in a directory below, too', async () => {
      const files = { 'src-tauri/capabilities/desktop/api.json': allow('api') }
      expect(problemsOf(await project({ ...v2('binaries/api'), ...files }))).toHaveLength(1)
    })

    test.each<[string, Files, string]>([
      [
        'it is run to its end alone, as by execute()',
        capability([{ identifier: 'shell:allow-execute', allow: [entry] }]),
        `shell:allow-execute of ${CAPABILITY} lets the app's pages run "binaries/api" by Command.execute() alone, which comes back when it has ended: a page that needs its port needs shell:allow-spawn`,
      ],
      [
        'its capability is not in the list',
        {
          [CONF]: { bundle: { externalBin: ['binaries/api'] }, app: { security: { capabilities: ['x'] } } },
          ...capability([spawn(entry)]),
        },
        `${IN_FILE} lets the app's pages run "binaries/api", and is not among app.security.capabilities: they cannot, unless Rust does it for them`,
      ],
      [
        'a file is TOML',
        { 'src-tauri/capabilities/api.toml': 'identifier = "x"' },
        'src-tauri/capabilities/api.toml is not read, as it is no JSON: nobody has looked at what it allows',
      ],
      [
        'a file is JSON5, whatever the others lack',
        {
          'src-tauri/capabilities/api.json5': '{}',
          ...capability([{ identifier: 'shell:allow-execute', allow: [entry] }]),
        },
        'src-tauri/capabilities/api.json5 is not read, as it is no JSON: nobody has looked at what it allows',
      ],
    ])('is worth a word where %s', async (_why, files, note) => {
      const directory = await project({ ...v2('binaries/api'), ...files })
      expect(problemsOf(directory)).toEqual([])
      expect(resolve(directory).map(({ notes }) => notes)).toEqual([[note]])
    })

    test.each<[string, unknown, readonly string[], boolean]>([
      ['none', undefined, [], true],
      ['none', false, ['--serve'], false],
      ['any', true, ['--serve', '--port', '{port}'], true],
      ['the very same', ['--serve'], ['--serve'], true],
      ['others', ['--serve', '--debug'], ['--serve'], false],
      ['another', ['--serve'], ['--quiet'], false],
      ['a pattern', ['--port', { validator: '\\d+' }], ['--port', '{port}'], true],
      ['a pattern of the whole', [{ validator: '\\d+' }], ['--port={port}'], false],
      ['a pattern of a part', [{ validator: '\\d+', raw: true }], ['--port={port}'], true],
      ['a fixed port', ['8080'], ['{port}'], false],
      ['a pattern for a place', [{ validator: '/home/.*' }], ['{home}/data'], true],
      ['what only Rust can spell', [{ validator: '(?P<n>x)' }], ['y'], true],
    ])(
      'is compared with the arguments of the contract: %s of %j for %j',
      async (_what, args, given, fits) => {
        const directory = await project({ ...v2('binaries/api'), ...capability([spawn({ ...entry, args })]) })
        const [contract] = resolve(directory, { args: [...given] })
        expect(contract?.notes ?? []).toEqual(
          fits
            ? []
            : [
                expect.stringContaining(
                  `, and the contract's args are ${JSON.stringify(given)}: Tauri drops`,
                ),
              ],
        )
      },
    )
  })

  describe('in version 1', () => {
    const scoped = (name: string, shell: object = { sidecar: true }, allowlist: object = {}) =>
      v1({
        bundle: { externalBin: ['binaries/api'] },
        allowlist: { shell: { ...shell, scope: [{ name, sidecar: true }] }, ...allowlist },
      })

    test.each<[string, Files]>([
      ['switched on', scoped('binaries/api')],
      ['switched on with all of the shell', scoped('binaries/api', { all: true })],
      ['switched on with all', scoped('binaries/api', {}, { all: true })],
      [
        'not mentioned',
        v1({ bundle: { externalBin: ['binaries/api'] }, allowlist: { shell: { open: true, scope: true } } }),
      ],
    ])('is no problem where it is %s', async (_how, files) => {
      expect(problemsOf(await project(files))).toEqual([])
    })

    test('fits with a pattern of a part, as that version takes it', async () => {
      const scope = [{ name: 'binaries/api', sidecar: true, args: [{ validator: '\\d+' }] }]
      const files = v1({
        bundle: { externalBin: ['binaries/api'] },
        allowlist: { shell: { sidecar: true, scope } },
      })
      expect(resolve(await project(files), { args: ['--port={port}'] })[0]?.notes).toBeUndefined()
    })

    test('is wrong by another name', async () => {
      const [problem] = problemsOf(await project(scoped('api')))
      expect(problem).toMatch(
        /^preset: tauri\.allowlist\.shell\.scope of src-tauri\/tauri\.conf\.json lets .* "api", and tauri\.bundle\.externalBin of/,
      )
    })

    test('is wrong where it is not switched on', async () => {
      expect(problemsOf(await project(scoped('binaries/api', { execute: true })))).toEqual([
        `preset: tauri.allowlist.shell.scope of ${CONF} lets the app's pages run "binaries/api", and allows nothing while tauri.allowlist.shell.sidecar is not true`,
      ])
    })
  })
})

test('the preset tauri reads the app that this project ships', async () => {
  const { contract } = resolveContract({ preset: 'tauri' }, { file: null, directory: 'fixtures/desktop' })
  expect(contract).toMatchObject({ name: 'backend', app: 'tauri' })
  expect(contract.binary).toBe(join(process.cwd(), 'fixtures/desktop/src-tauri/binaries/backend'))
})
