import { spawnSync } from 'node:child_process'
import { appendFile, open } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { describePayload, findMissingApplication } from '../../../harness/artifact/application.ts'
import { type ArtifactPayload, describeArtifact } from '../../../harness/artifact/describe.ts'
import { copyArtifact, ESBUILD_BINARY, NODE_BINARY, writeArtifact } from './files.ts'
import { CPU_ARM64, makeMachO, makePe } from './headers.ts'
import { addressOf, makePacked, type PackedElf } from './packed.ts'

const onLinux = process.platform === 'linux'
const VERSION = process.versions.node

async function payloadOf(path: string): Promise<ArtifactPayload | null> {
  return (await describeArtifact(path, { sha256: '' })).payload
}

async function payloadOfElf(elf: PackedElf): Promise<ArtifactPayload | null> {
  return payloadOf(await writeArtifact(makePacked(elf)))
}

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:'

/** Sets the fuse of a Node executable, as postject does. */
async function setFuse(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const { buffer } = await file.read({ buffer: Buffer.alloc((await file.stat()).size), position: 0 })
  await file.write('1', buffer.indexOf(FUSE) + FUSE.length)
  await file.close()
}

describe.runIf(onLinux)('Node', () => {
  test('is bare as it was installed, and tells its version', async () => {
    expect(await payloadOf(NODE_BINARY)).toEqual({
      runtime: 'node',
      version: VERSION,
      state: 'bare',
      bytes: 0,
    })
  })

  test('carries what was appended, as by pkg in its classic mode', async () => {
    const path = await copyArtifact(NODE_BINARY)
    await appendFile(path, 'the application')
    expect(await payloadOf(path)).toEqual({ runtime: 'node', version: VERSION, state: 'carried', bytes: 15 })
  })

  test('has lost its application when the fuse is set and nothing is there', async () => {
    const path = await copyArtifact(NODE_BINARY)
    await setFuse(path)
    expect(await payloadOf(path)).toEqual({ runtime: 'node', version: VERSION, state: 'lost', bytes: 0 })
    // And so it is: Node finds its fuse set and no application.
    expect(spawnSync(path, { input: '', timeout: 10_000 }).status).not.toBe(0)
  })

  const blob = { owner: 'NODE_SEA_BLOB', contents: Buffer.alloc(321) }
  const constants = (fuse: 0 | 1): Buffer =>
    Buffer.from(`…${FUSE}${fuse}\0https://nodejs.org/download/release/v24.1.2/node-v24.1.2.tar.gz\0`)

  test('carries what is in its note, once its fuse is set', async () => {
    const elf = { notes: [blob], sections: [{ name: '.rodata', content: constants(1) }] }
    expect(await payloadOfElf(elf)).toEqual({
      runtime: 'node',
      version: '24.1.2',
      state: 'carried',
      bytes: 321,
    })
  })

  test('does not see what is in its note while its fuse is not set', async () => {
    const elf = { notes: [blob], sections: [{ name: '.rodata', content: constants(0) }] }
    expect(await payloadOfElf(elf)).toMatchObject({ state: 'unlinked', bytes: 321 })
  })

  test('has its fuse found also where it lies across the border of two reads', async () => {
    const border = 1024 * 1024
    for (const before of [border - FUSE.length, border - 20, border - 1, border]) {
      const content = Buffer.concat([Buffer.alloc(before), constants(1)])
      const payload = await payloadOfElf({ notes: [blob], sections: [{ name: '.rodata', content }] })
      expect(payload, `${before}`).toMatchObject({ state: 'carried' })
    }
  })

  test('is not seen in a program without the fuse, as Electron is', async () => {
    const elf = { notes: [blob], sections: [{ name: '.rodata', content: Buffer.from('no fuse') }] }
    expect(await payloadOfElf(elf)).toBeNull()
  })
})

const TRAILER = Buffer.from('\n---- Bun! ----\n')
const APPLICATION = Buffer.concat([Buffer.alloc(100, 'x'), TRAILER])

describe('Bun', () => {
  const data = { name: '.data', content: Buffer.alloc(16) }

  test('is bare while its section holds a pointer to nothing', async () => {
    const elf = { sections: [data, { name: '.bun', content: Buffer.alloc(8) }] }
    expect(await payloadOfElf(elf)).toEqual({ runtime: 'bun', version: null, state: 'bare', bytes: 0 })
  })

  test.each([
    ['carried', true],
    ['unlinked', false],
  ] as const)(
    'is %s when the application is in its section, and is pointed to: %s',
    async (state, isPointedTo) => {
      const pointer = Buffer.alloc(8)
      const sections = [
        data,
        { name: 'pointer', content: pointer, entry: false },
        { name: '.bun', content: APPLICATION },
      ]
      if (isPointedTo) pointer.writeBigUInt64LE(addressOf(makePacked({ sections }), '.bun'))
      expect(await payloadOfElf({ sections })).toEqual({ runtime: 'bun', version: null, state, bytes: 116 })
    },
  )

  test('of older versions is bare, or carries what was appended', async () => {
    const elf = { offers: 'BUN_1.2', sections: [data] }
    expect(await payloadOfElf(elf)).toMatchObject({ state: 'bare', bytes: 0 })
    const appended = Buffer.concat([APPLICATION, Buffer.alloc(8)])
    expect(await payloadOfElf({ ...elf, appended })).toMatchObject({ state: 'carried', bytes: 124 })
    expect(await payloadOfElf({ ...elf, appended: Buffer.alloc(124) })).toMatchObject({ state: 'bare' })
  })

  test('is not seen in a section of that name that is another program’s', async () => {
    expect(await payloadOfElf({ sections: [data, { name: '.bun', content: Buffer.alloc(64) }] })).toBeNull()
  })
})

test('Deno carries what is in the note of its library', async () => {
  const sections = [{ name: '.rodata', content: Buffer.from('…d3n0l4nd…') }]
  const notes = [{ owner: 'SUI', contents: Buffer.alloc(77) }]
  expect(await payloadOfElf({ sections, notes })).toEqual({
    runtime: 'deno',
    version: null,
    state: 'carried',
    bytes: 77,
  })
  expect(
    await payloadOfElf({ notes, sections: [{ name: '.rodata', content: Buffer.from('another') }] }),
  ).toBeNull()
})

describe('PyInstaller', () => {
  const texts = { name: '.rodata', content: Buffer.from('…_MEIPASS2…') }
  const archive = Buffer.concat([
    Buffer.alloc(500),
    Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e', 'latin1'),
    Buffer.alloc(80),
  ])
  const told = { runtime: 'pyinstaller', version: null }

  test('is bare without an archive', async () => {
    expect(await payloadOfElf({ sections: [texts] })).toEqual({ ...told, state: 'bare', bytes: 0 })
  })

  test('carries an archive in its section, or behind everything', async () => {
    const carried = { ...told, state: 'carried', bytes: archive.length }
    expect(await payloadOfElf({ sections: [texts, { name: 'pydata', content: archive }] })).toEqual(carried)
    expect(await payloadOfElf({ sections: [texts], appended: archive })).toEqual(carried)
  })
})

test.runIf(onLinux)('programs of their own show no mark', async () => {
  expect(await payloadOf(ESBUILD_BINARY)).toBeNull()
  expect(await payloadOf('/bin/sh')).toBeNull()
})

describe('what is said of it', () => {
  const inside = (
    payload: Partial<ArtifactPayload>,
    args: string[] = [],
    files: string[] = [],
  ): string | null => {
    const full: ArtifactPayload = { runtime: 'node', version: '24.1.2', state: 'bare', bytes: 0, ...payload }
    return findMissingApplication({ payload: full }, { args, files })
  }

  test.each([
    [{}, 'It is an unmodified Node v24.1.2 executable, with no application inside.'],
    [{ runtime: 'pyinstaller', version: null }, /^It is an unmodified PyInstaller bootloader executable, /],
    [
      { state: 'unlinked', bytes: 2048 },
      /^It is Node v24\.1\.2 with an application of 2\.0 KiB .*bare runtime.*fuse is not set.*`--sentinel-fuse`\.$/,
    ],
    [{ runtime: 'bun', version: null, state: 'unlinked', bytes: 2048 }, /^It is Bun with .*`strip`\.$/],
    [{ state: 'lost' }, /^It is Node v24\.1\.2, told to start an application that is not in it/],
    [{ state: 'carried', bytes: 2048 }, null],
  ] as const)('%j', (payload, sentence) => {
    const said = inside(payload)
    if (sentence instanceof RegExp) expect(said).toMatch(sentence)
    else expect(said).toBe(sentence)
  })

  test('a bare runtime is sound when an argument names its program', () => {
    expect(inside({}, ['--no-warnings', 'server.js'])).toBeNull()
    expect(inside({}, ['--no-warnings', '-p'])).toMatch(/no application/)
  })

  test('PyInstaller may have its archive beside it', () => {
    expect(inside({ runtime: 'pyinstaller' }, [], ['_internal', 'backend.pkg'])).toBeNull()
    expect(inside({ runtime: 'pyinstaller' }, [], ['_internal'])).toMatch(/no application/)
  })

  test('an application is told by its size', () => {
    const payload = { runtime: 'bun', version: null, state: 'carried', bytes: 2048 } as const
    expect(describePayload(payload)).toBe('Bun with an application of 2.0 KiB')
  })
})

describe('in a program for another system', () => {
  const NODE_NAMES = Buffer.from(
    `${FUSE}1\0https://nodejs.org/download/release/v24.1.2/node-v24.1.2.tar.gz\0`,
  )
  const contents = Buffer.from('the application')
  const told = { runtime: 'node', version: '24.1.2', state: 'carried', bytes: contents.length }

  test('Node carries what is in its section, its resource, or behind it', async () => {
    const constants = { segment: '__TEXT', name: '__cstring', content: NODE_NAMES }
    const blob = { segment: 'NODE_SEA', name: '__NODE_SEA_BLOB', content: contents }
    const machO = makeMachO(CPU_ARM64, { sections: [constants, blob] })
    expect(await payloadOf(await writeArtifact(machO))).toEqual(told)
    const resource = { name: 'NODE_SEA_BLOB', content: contents }
    const pe = makePe({ constants: NODE_NAMES, resource, certificate: Buffer.alloc(64) })
    expect(await payloadOf(await writeArtifact(pe))).toEqual(told)
    const offers = '?Start@node@@YAHHQEAPEAD@Z'
    const appended = makePe({ constants: NODE_NAMES, ownName: 'node.exe', offers, appended: contents })
    expect(await payloadOf(await writeArtifact(appended))).toEqual(told)
  })

  test('Node is bare, or has lost it, by its fuse; it is known by what it offers', async () => {
    const bare = Buffer.from(NODE_NAMES.toString().replace(`${FUSE}1`, `${FUSE}0`))
    const section = (content: Buffer) => ({ segment: '__TEXT', name: '__cstring', content })
    const offers = '_ZN4node5StartEiPPc'
    const machO = makeMachO(CPU_ARM64, { sections: [section(bare)], offers })
    expect(await payloadOf(await writeArtifact(machO))).toMatchObject({ state: 'bare', bytes: 0 })
    const lost = makeMachO(CPU_ARM64, { sections: [section(NODE_NAMES)], offers })
    expect(await payloadOf(await writeArtifact(lost))).toMatchObject({ state: 'lost' })
    const another = makeMachO(CPU_ARM64, { sections: [section(bare)], offers: '_ZN4node5Star' })
    expect(await payloadOf(await writeArtifact(another))).toBeNull()
    // Its name is how the name of another function begins, which the tree has as a node of its own.
    const longer = makeMachO(CPU_ARM64, { sections: [section(bare)], offers: `${offers}${offers}` })
    expect(await payloadOf(await writeArtifact(longer))).toBeNull()
  })

  test('Bun has its length before its application', async () => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(APPLICATION.length))
    const ofBun = (content: Buffer): Buffer =>
      makeMachO(CPU_ARM64, { sections: [{ segment: '__BUN', name: '__bun', content }] })
    const carried = { runtime: 'bun', version: null, state: 'carried', bytes: APPLICATION.length }
    expect(await payloadOf(await writeArtifact(ofBun(Buffer.concat([length, APPLICATION]))))).toEqual(carried)
    expect(await payloadOf(await writeArtifact(ofBun(Buffer.alloc(16))))).toMatchObject({ state: 'bare' })
    expect(await payloadOf(await writeArtifact(ofBun(Buffer.concat([length, Buffer.alloc(200)]))))).toBeNull()
    expect(await payloadOf(await writeArtifact(makePe({ ownName: 'bun-profile.exe' })))).toMatchObject({
      runtime: 'bun',
      state: 'bare',
    })
  })

  test('Deno carries what its library has injected, and is known by the name that its linker gave it', async () => {
    const sections = [{ segment: '__SUI', name: '__d3n0l4nd', content: contents }]
    const carried = { runtime: 'deno', version: null, state: 'carried', bytes: contents.length }
    expect(await payloadOf(await writeArtifact(makeMachO(CPU_ARM64, { sections })))).toEqual(carried)
    const resource = { name: 'D3N0L4ND', content: contents }
    expect(await payloadOf(await writeArtifact(makePe({ resource })))).toEqual(carried)
    const bare = makePe({ ownName: 'denort.exe', offers: 'napi_create_function' })
    expect(await payloadOf(await writeArtifact(bare))).toMatchObject({ runtime: 'deno', state: 'bare' })
  })

  test('PyInstaller has its archive behind everything but the signature', async () => {
    const archive = Buffer.concat([
      Buffer.alloc(500),
      Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e', 'latin1'),
      Buffer.alloc(80),
    ])
    const constants = Buffer.from('…_MEIPASS2…')
    const pe = makePe({ constants, appended: archive, certificate: Buffer.alloc(64) })
    expect(await payloadOf(await writeArtifact(pe))).toEqual({
      runtime: 'pyinstaller',
      version: null,
      state: 'carried',
      bytes: archive.length,
    })
    expect(await payloadOf(await writeArtifact(makePe({ constants })))).toMatchObject({ state: 'bare' })
  })
})
