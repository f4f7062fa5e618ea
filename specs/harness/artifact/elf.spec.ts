import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open, readFile, stat, truncate } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { copyArtifact, ESBUILD_BINARY, NODE_BINARY, writeArtifact } from './files.ts'
import { makeElf } from './headers.ts'

const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64'
const LINUX_X64 = { os: 'linux', arch: 'x64' }

test.runIf(onLinuxX64)('describes the Node that runs this', async () => {
  const artifact = await describeArtifact(NODE_BINARY)
  expect(artifact).toMatchObject({
    path: NODE_BINARY,
    name: 'node',
    bytes: (await stat(NODE_BINARY)).size,
    regularFile: true,
    format: 'elf',
    resembles: null,
    os: 'linux',
    archs: ['x64'],
    machine: 'e_machine 62 (x86-64)',
    bits: 64,
    endianness: 'little',
    libc: 'gnu',
    interpreter: { path: '/lib64/ld-linux-x86-64.so.2', argument: null, exists: true },
    triple: 'x86_64-unknown-linux-gnu',
    nameTriple: null,
    defects: [],
  })
  expect(artifact.mode & 0o111).toBe(0o111)
  expect(artifact.sha256).toBe(
    createHash('sha256')
      .update(await readFile(NODE_BINARY))
      .digest('hex'),
  )
})

test.runIf(onLinuxX64)('describes the system shell, through its symbolic link', async () => {
  const artifact = await describeArtifact('/bin/sh')
  expect(artifact).toMatchObject({ path: '/bin/sh', format: 'elf', archs: ['x64'], defects: [] })
})

test.runIf(process.platform === 'linux')(
  'finds that a static Go program brings no libc, also without notes',
  async () => {
    const artifact = await describeArtifact(ESBUILD_BINARY)
    expect(artifact).toMatchObject({ format: 'elf', libc: 'none', interpreter: null, defects: [] })
    expect(artifact.triple).toMatch(/-unknown-linux-gnu/)
  },
)

test('takes a hash that is known already', async () => {
  const artifact = await describeArtifact(NODE_BINARY, { sha256: 'c0ffee' })
  expect(artifact.sha256).toBe('c0ffee')
})

test.runIf(onLinuxX64)(
  'sees a program for another processor that Node reports as a syntax error',
  async () => {
    const path = await copyArtifact('/bin/sh')
    const file = await open(path, 'r+')
    await file.write(Buffer.from([183, 0]), 0, 2, 18) // e_machine
    await file.close()

    expect(spawnSync(path, { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Syntax error'),
    })
    const artifact = await describeArtifact(path)
    expect(artifact).toMatchObject({ archs: ['arm64'], machine: 'e_machine 183 (AArch64)', defects: [] })
    expect(judgeLaunchable(artifact, LINUX_X64)).toEqual({
      launchable: false,
      sentence:
        'It is an ELF program for arm64 (AArch64), and this machine is x64: the kernel refuses it, and a launcher that falls back to /bin/sh would report a syntax error.',
    })
  },
)

test.each([
  {
    program: NODE_BINARY,
    cuts: [1, 2, 3, 4, 15, 16, 63, 64, 65, 119, 500, 847, 4096, 1_000_000, 100_000_000, -64, -1],
  },
  { program: ESBUILD_BINARY, cuts: [64, 343, 344, 1000, 4096, 8_000_000, -1] },
])('sees that $program was cut short, wherever', async ({ program, cuts }) => {
  const path = await copyArtifact(program)
  const { size } = await stat(program)
  const lengths = cuts.map(cut => (cut < 0 ? size + cut : cut)).sort((a, b) => b - a)
  for (const length of lengths) {
    await truncate(path, length)
    const artifact = await describeArtifact(path, { sha256: '' })
    expect(artifact, `${length} bytes`).toMatchObject({
      format: 'elf',
      resembles: 'a truncated ELF file',
      triple: null,
      defects: [
        {
          kind: 'truncated',
          sentence: expect.stringContaining(`the file has ${length.toLocaleString('en-US')}.`),
        },
      ],
    })
    expect(judgeLaunchable(artifact, LINUX_X64).launchable, `${length} bytes`).toBe(false)
  }
})

test.each([
  { loader: '/lib/ld-musl-x86_64.so.1', os: 'linux', libc: 'musl', triple: 'x86_64-unknown-linux-musl' },
  { loader: '/lib64/ld-linux-x86-64.so.2', os: 'linux', libc: 'gnu', triple: 'x86_64-unknown-linux-gnu' },
  { loader: '/system/bin/linker64', os: 'android', libc: 'bionic', triple: 'x86_64-linux-android' },
  { loader: '/nix/store/x/ld-own.so', os: 'linux', libc: null, triple: null },
])('tells the libc from the loader $loader', async ({ loader, ...expected }) => {
  const artifact = await describeArtifact(await writeArtifact(makeElf({ loader })))
  expect(artifact).toMatchObject({ ...expected, interpreter: { path: loader }, defects: [] })
})

test('takes a static program without any mark for musl', async () => {
  const artifact = await describeArtifact(await writeArtifact(makeElf()))
  expect(artifact).toMatchObject({ libc: 'musl', interpreter: null, triple: 'x86_64-unknown-linux-musl' })
})

const GNU_PROPERTY = { owner: 'GNU', type: 5, descriptionBytes: 20 }
const GNU_ABI_TAG = { owner: 'GNU', type: 1, descriptionBytes: 16 }
const GO_BUILD_ID = { owner: 'Go', type: 4, descriptionBytes: 83 }

test.each([
  {
    what: 'GNU ABI tag',
    notes: [GNU_PROPERTY, GNU_ABI_TAG],
    os: 'linux',
    libc: 'gnu',
    triple: 'x86_64-unknown-linux-gnu',
  },
  {
    what: 'GNU property alone',
    notes: [GNU_PROPERTY],
    os: 'linux',
    libc: 'musl',
    triple: 'x86_64-unknown-linux-musl',
  },
  {
    what: 'Go build id',
    notes: [GNU_PROPERTY, GO_BUILD_ID],
    os: 'linux',
    libc: 'none',
    triple: 'x86_64-unknown-linux-gnu',
  },
  {
    what: 'NetBSD note',
    notes: [{ owner: 'NetBSD', type: 1, descriptionBytes: 4 }],
    os: 'netbsd',
    libc: null,
    triple: 'x86_64-unknown-netbsd',
  },
])('tells system and libc of a static program from its notes: $what', async ({ notes, os, libc, triple }) => {
  expect(await describeArtifact(await writeArtifact(makeElf({ notes })))).toMatchObject({
    os,
    libc,
    triple,
    defects: [],
  })
})

test('takes a Go program for 32-bit ARM for the hard-float port, which Go does not mark', async () => {
  const artifact = await describeArtifact(
    await writeArtifact(makeElf({ bits: 32, machine: 40, notes: [GO_BUILD_ID] })),
  )
  expect(artifact.triple).toBe('armv7-unknown-linux-gnueabihf')
})

test('leaves a missing loader to those who judge libraries', async () => {
  const artifact = await describeArtifact(await writeArtifact(makeElf({ loader: '/lib/ld-musl-none.so.1' })))
  expect(artifact.interpreter).toEqual({ path: '/lib/ld-musl-none.so.1', argument: null, exists: false })
  expect(judgeLaunchable(artifact, LINUX_X64).launchable).toBe(true)
})

test.each([
  {
    what: 'an unknown machine',
    elf: makeElf({ machine: 9999 }),
    facts: { archs: [], machine: 'e_machine 9999', triple: null },
  },
  {
    what: '32-bit x86',
    elf: makeElf({ bits: 32, machine: 3 }),
    facts: { archs: ['ia32'], bits: 32, triple: 'i686-unknown-linux-musl' },
  },
  {
    what: '32-bit ARM',
    elf: makeElf({ bits: 32, machine: 40 }),
    facts: { archs: ['arm'], triple: 'arm-unknown-linux-musleabi' },
  },
  { what: 'x32', elf: makeElf({ bits: 32, machine: 62 }), facts: { archs: [], triple: null } },
])('describes $what', async ({ elf, facts }) => {
  expect(await describeArtifact(await writeArtifact(elf))).toMatchObject({
    ...facts,
    format: 'elf',
    defects: [],
  })
})

test.each([
  { what: 'an ELF object file', elf: makeElf({ type: 1 }) },
  { what: 'a shared library', elf: makeElf({ type: 3, entryPoint: 0 }) },
])('says that $what is no program', async ({ what, elf }) => {
  if (what === 'an ELF object file') elf.writeUInt16LE(0, 56) // e_phnum: nothing in it is placed yet
  const artifact = await describeArtifact(await writeArtifact(elf))
  expect(artifact).toMatchObject({ resembles: what, libc: null, triple: null })
  expect(artifact.defects).toEqual([{ kind: 'not-a-program', sentence: `It is no program but ${what}.` }])
})

test('takes a static position-independent program for one', async () => {
  expect(await describeArtifact(await writeArtifact(makeElf({ type: 3 })))).toMatchObject({ defects: [] })
})

test('minds neither an empty segment nor a strange section table, as kernels do', async () => {
  const elf = makeElf()
  elf.writeUInt32LE(1_000_000, 64 + 8) // offset of the segment
  elf.writeUInt32LE(0, 64 + 32) // and its size
  elf.writeUInt32LE(1, 40) // e_shoff
  elf.writeUInt16LE(1, 58) // e_shentsize
  elf.writeUInt16LE(1, 60) // e_shnum
  expect(await describeArtifact(await writeArtifact(elf))).toMatchObject({ defects: [] })
})

test('says that a loader without a name is damage', async () => {
  const artifact = await describeArtifact(await writeArtifact(makeElf({ loader: '' })))
  expect(artifact.defects).toMatchObject([{ kind: 'damaged-header' }])
})

test.each([
  { what: 'class', at: 4, value: 7 },
  { what: 'byte order', at: 5, value: 7 },
  { what: 'size of a segment entry', at: 54, value: 7 },
  { what: 'count of segments', at: 56, value: 0 },
])('says that a header with an impossible $what is damaged', async ({ at, value }) => {
  const elf = makeElf()
  elf[at] = value
  const artifact = await describeArtifact(await writeArtifact(elf))
  expect(artifact.resembles).toBe('a damaged ELF file')
  expect(artifact.defects).toMatchObject([{ kind: 'damaged-header' }])
})
