import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { describeBundle } from '../../../harness/bundle/describe.ts'
import { CPU_ARM64, makeElf, makeMachO } from '../artifact/headers.ts'
import { layBundle, lookInside, makeAsar } from './bundles.ts'

/* Where copies are found in the directories that bundlers lay out, and what is none of them. */

const TESTED = makeElf()
const OTHER = makeElf({ entryPoint: 0x400079 })
const NAME = 'backend-x86_64-unknown-linux-gnu'

describe('copies in a bundle', () => {
  test.each([
    ['usr/bin/backend'],
    ['App.app/Contents/MacOS/backend'],
    ['resources/bin/backend'],
    ['resources/app.asar.unpacked/node_modules/x/backend'],
    [`resources/${NAME}`],
  ])('%s is found', async path => {
    const { finding } = await lookInside(TESTED, { [path]: TESTED, 'usr/bin/app': OTHER })
    expect(finding).toMatchObject({
      outcome: 'pass',
      copies: [{ path, outcome: 'pass', is: 'same' }],
      mend: null,
    })
  })

  test('a copy under another name is found by its content', async () => {
    const { finding } = await lookInside(TESTED, { 'resources/renamed': TESTED })
    expect(finding).toMatchObject({ outcome: 'pass', copies: [{ path: 'resources/renamed', is: 'same' }] })
  })

  test('on Windows the name ends in .exe', async () => {
    const { makePe } = await import('../artifact/headers.ts')
    const name = 'backend-x86_64-pc-windows-msvc.exe'
    const { description, finding } = await lookInside(makePe(), { 'App/backend.exe': makePe() }, { name })
    expect(description.names).toEqual(['backend.exe', name])
    expect(finding.outcome).toBe('pass')
  })

  test('one of several that differs fails, and each is told', async () => {
    const { finding } = await lookInside(TESTED, {
      'deb/usr/bin/backend': TESTED,
      'rpm/usr/bin/backend': OTHER,
    })
    expect(finding.outcome).toBe('fail')
    expect(finding.copies.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['deb/usr/bin/backend', 'pass'],
      ['rpm/usr/bin/backend', 'fail'],
    ])
  })

  test('nothing of its name fails, and the nearest is named', async () => {
    const { finding } = await lookInside(TESTED, { 'usr/bin/backnd': OTHER, 'usr/bin/app': OTHER })
    expect(finding).toMatchObject({ outcome: 'fail', copies: [] })
    expect(finding.observed).toMatch(
      /^no backend or backend-x86_64-unknown-linux-gnu anywhere in \/.*; the nearest is usr\/bin\/backnd$/,
    )
  })

  test('a package that nobody has unpacked is named, with what unpacks it', async () => {
    const { finding } = await lookInside(TESTED, { 'App_1.0_amd64.deb': 'not opened' })
    expect(finding).toMatchObject({ outcome: 'fail', unopened: ['App_1.0_amd64.deb'] })
    expect(finding.mend).toMatch(
      /^Unpack it and name that directory: dpkg-deb -x \/.*\/App_1\.0_amd64\.deb unpacked$/,
    )
  })

  test('an archive deep in an app is its own, and one beside it is what it is shipped in', async () => {
    const { finding } = await lookInside(TESTED, {
      'usr/bin/backend': TESTED,
      'usr/lib/app/data/words.zip': 'data',
      'macos/App.app.tar.gz': 'shipped',
      'App Setup 1.0.0.exe': 'shipped',
    })
    expect(finding).toMatchObject({
      outcome: 'pass',
      unopened: ['App Setup 1.0.0.exe', 'macos/App.app.tar.gz'],
    })
  })

  test('what a shell completes its arguments by is no copy', async () => {
    const files = {
      'usr/bin/backend': TESTED,
      'usr/share/bash-completion/completions/backend': {
        bytes: Buffer.from('complete -F x backend\n'),
        mode: 0o644,
      },
    }
    const { finding } = await lookInside(TESTED, files)
    expect(finding.copies).toHaveLength(1)
    expect(finding.outcome).toBe('pass')
  })

  test('what debuggers read beside a program is no copy', async () => {
    const symbols = makeMachO(CPU_ARM64, { fileType: 10 })
    const program = makeMachO(CPU_ARM64)
    const files = {
      'App.app/Contents/MacOS/backend': program,
      'App.app/Contents/MacOS/backend.dSYM/Contents/Resources/DWARF/backend': { bytes: symbols, mode: 0o644 },
    }
    const { finding } = await lookInside(program, files, { name: 'backend-aarch64-apple-darwin' })
    expect(finding.copies).toHaveLength(1)
    expect(finding.outcome).toBe('pass')
  })

  test('without its mode it cannot be launched', async () => {
    const { finding } = await lookInside(TESTED, { 'usr/bin/backend': { bytes: TESTED, mode: 0o644 } })
    expect(finding.copies).toMatchObject([{ outcome: 'fail', is: 'not-executable' }])
    expect(finding.observed).toContain('mode 0644')
  })

  test('with its triple, Tauri does not launch it', async () => {
    const files = { [`resources/${NAME}`]: TESTED }
    const { finding } = await lookInside(TESTED, files, { app: 'tauri' })
    expect(finding).toMatchObject({ outcome: 'fail', copies: [{ outcome: 'pass' }] })
    expect(finding.observed).toBe(
      `there is resources/${NAME}, but no backend, which is the name by which Tauri launches it`,
    )
  })
})

describe('links', () => {
  test('one that stays inside is its target', async () => {
    const files = { 'usr/bin/backend': { link: '../lib/app/backend' }, 'usr/lib/app/backend': TESTED }
    const { finding } = await lookInside(TESTED, files)
    expect(finding).toMatchObject({ outcome: 'pass', copies: [{ path: 'usr/lib/app/backend' }] })
  })

  test('one that stays inside, to another name, is judged', async () => {
    const files = { 'usr/bin/backend': { link: 'impl' }, 'usr/bin/impl': OTHER }
    const { finding } = await lookInside(TESTED, files)
    expect(finding.copies).toMatchObject([{ path: 'usr/bin/backend', outcome: 'fail', is: 'changed' }])
  })

  test('an absolute one is meant from where the package is unpacked', async () => {
    const files = { 'data/usr/bin/backend': { link: '/opt/App/backend' }, 'data/opt/App/backend': TESTED }
    const { finding } = await lookInside(TESTED, files)
    expect(finding.outcome).toBe('pass')
  })

  test.each([
    ['/bin/sh', 'it is a link out of the bundle, to /bin/sh, which nobody has who installs it'],
    [
      '../../../../etc/passwd',
      'it is a link out of the bundle, to ../../../../etc/passwd, which nobody has who installs it',
    ],
    ['gone', 'it is a link to gone, which is not there'],
  ])('one to %s fails', async (link, said) => {
    const { finding } = await lookInside(TESTED, { 'usr/bin/backend': { link } })
    expect(finding.copies).toMatchObject([{ outcome: 'fail', is: 'link', observed: said }])
  })

  test('one to a directory is no copy, whatever it is called', async () => {
    const files = { 'App.framework/backend': { link: 'A' }, 'App.framework/A/backend': TESTED }
    const { finding } = await lookInside(TESTED, files)
    expect(finding).toMatchObject({ outcome: 'pass', copies: [{ path: 'App.framework/A/backend' }] })
  })

  test('an interruption ends the look', async () => {
    const directory = await layBundle({ backend: TESTED })
    const tested = await describeArtifact(join(directory, 'backend'))
    await expect(describeBundle(directory, tested, AbortSignal.abort())).rejects.toThrow(/abort/)
  })

  test('a directory that leads in a circle, or out, is not entered', async () => {
    const files = { 'a/loop': { link: '..' }, 'a/out': { link: '/usr' }, 'a/backend': TESTED }
    const { finding, description } = await lookInside(TESTED, files)
    expect(finding.outcome).toBe('pass')
    expect(description.entries).toBe(4)
  })
})

describe("archives of Electron's", () => {
  test('what is in one cannot be launched', async () => {
    const { finding } = await lookInside(TESTED, {
      'resources/app.asar': makeAsar({ 'index.js': Buffer.from('1'), 'bin/backend': TESTED }),
    })
    expect(finding.copies).toMatchObject([
      { path: 'resources/app.asar/bin/backend', outcome: 'fail', is: 'archived' },
    ])
    expect(finding.mend).toContain('asarUnpack')
  })

  test('what lies beside it, as asarUnpack has it, can', async () => {
    const { finding } = await lookInside(TESTED, {
      'resources/app.asar': makeAsar({ 'bin/backend': 'unpacked' }),
      'resources/app.asar.unpacked/bin/backend': TESTED,
    })
    expect(finding).toMatchObject({ outcome: 'pass', copies: [{ is: 'same' }] })
  })

  test('a second one in it, beside one that can be launched, is worth a word', async () => {
    const { finding } = await lookInside(TESTED, {
      'resources/app.asar': makeAsar({ 'bin/backend': TESTED }),
      'resources/bin/backend': TESTED,
    })
    expect(finding.outcome).toBe('pass')
    expect(finding.copies.map(({ outcome }) => outcome)).toEqual(['pass', 'note'])
  })

  test.each([
    ['cut short', makeAsar({ backend: TESTED }).subarray(0, 12)],
    ['no archive', Buffer.from('<!doctype html><title>404</title>')],
    ['a number', withHeader('5')],
    ['of nothing', withHeader('{"files":{"backend":null}}')],
    ['no JSON', Buffer.concat([makeAsar({ backend: TESTED }).subarray(0, 16), Buffer.alloc(80)])],
  ])('one that is %s is passed over', async (_, bytes) => {
    const { finding } = await lookInside(TESTED, { 'app.asar': bytes, backend: TESTED })
    expect(finding.outcome).toBe('pass')
  })
})

function withHeader(json: string): Buffer {
  const head = Buffer.alloc(16)
  for (const [index, number] of [4, json.length + 8, json.length + 4, json.length].entries()) {
    head.writeUInt32LE(number, index * 4)
  }
  return Buffer.concat([head, Buffer.from(json)])
}
