import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type ArtifactDescription, describeArtifact } from '../../../harness/artifact/describe.ts'
import { BuildError } from '../../../harness/build/errors.ts'
import { signMachO } from '../../../harness/build/sign-macho.ts'
import { writeArtifact } from '../artifact/files.ts'
import { CPU_ARM64, CPU_X64, makeMachO, makePe, makeUniversal } from '../artifact/headers.ts'
import { rejectionOf } from './project.ts'

/* Ad-hoc signatures for macOS, as the artifact reader finds them. specs/harness/build/compilers.slow.ts holds them against Go's. */

const PAGE = 4096
const HEADER_BYTES = 1024

test.each([
  ['one that ends within a page', 100],
  ['one that ends at the end of a page', PAGE],
  ['one that ends where no signature may begin', 3 * PAGE + 7],
  ['a large one, whose pages are read in pieces', 3 * 1024 * 1024 + 5],
])('%s is signed, page by page', async (_, bytes) => {
  const file = await writeArtifact(makeProgram({ contentBytes: bytes }))
  const before = await readFile(file)
  expect((await describe(file)).defects).toMatchObject([{ kind: 'unsigned' }])

  await signMachO(file, 'backend')
  const { signature, defects, mode } = await describe(file)
  const pages = Math.ceil((Math.ceil(before.length / 16) * 16) / PAGE)
  expect(signature).toEqual({
    kind: 'ad-hoc',
    authority: null,
    hardenedRuntime: false,
    entitlements: [],
    pages: { checked: pages, wrong: 0 },
  })
  expect(defects).toEqual([])
  expect(mode).toBe(0o755)
  const after = await readFile(file)
  expect(after.includes('backend\0')).toBe(true)
  // What it does is as it was: its header alone has changed.
  expect(after.subarray(HEADER_BYTES, before.length)).toEqual(before.subarray(HEADER_BYTES))
})

test('the last segment holds the signature, in whole pages of memory', async () => {
  // As many hashes as do not fit in the page that the segment has.
  const file = await writeArtifact(makeProgram({ contentBytes: 3 * 1024 * 1024 + 5 }))
  await signMachO(file, 'backend')
  const program = await readFile(file)
  const at = program.indexOf('__LINKEDIT') - 8
  const field = (offset: number) => Number(program.readBigUInt64LE(at + offset))
  const [memory, offset, bytes] = [field(32), field(40), field(48)]
  expect(offset + bytes).toBe(program.length)
  expect(memory).toBeGreaterThanOrEqual(bytes)
  expect(memory % 0x4000).toBe(0)
  // Where codesign puts signatures, too.
  expect(program.indexOf(Buffer.from('fade0cc0', 'hex')) % 16).toBe(0)
})

test('one that is signed is signed anew, in the same place, and comes out the same', async () => {
  const file = await writeArtifact(makeProgram({}))
  await signMachO(file, 'backend')
  const once = await readFile(file)
  await signMachO(file, 'backend')
  expect((await readFile(file)).equals(once)).toBe(true)

  const changed = Buffer.from(once)
  changed.write('other', HEADER_BYTES + 50)
  await writeFile(file, changed)
  expect((await describe(file)).defects).toMatchObject([{ kind: 'broken-signature' }])
  await signMachO(file, 'a longer name than it had')
  expect(await describe(file)).toMatchObject({ defects: [], signature: { pages: { wrong: 0 } } })
})

test('one for Intel is signed alike', async () => {
  const file = await writeArtifact(makeProgram({ cpu: CPU_X64 }))
  await signMachO(file, 'backend')
  expect(await describe(file)).toMatchObject({ signature: { kind: 'ad-hoc', pages: { wrong: 0 } } })
})

test.each<readonly [what: string, program: Buffer, why: string]>([
  ['a program for Windows', makePe(), 'is no 64-bit Mach-O program for one processor'],
  [
    'a universal program',
    makeUniversal([{ cpu: CPU_ARM64, program: makeProgram({}) }]),
    'is no 64-bit Mach-O program for one processor',
  ],
  ['one without the last segment', makeMachO(CPU_ARM64), 'has no __TEXT, or no __LINKEDIT'],
  [
    'one with something behind it',
    Buffer.concat([makeProgram({}), Buffer.from('payload')]),
    'has something appended behind its last segment',
  ],
  ['one with a full header', makeProgram({ room: 8 }), 'has no room in its header for one more command'],
  ['one with another order of segments', makeProgram({ isLast: false }), 'has a segment behind __LINKEDIT'],
  ['one with a damaged header', damaged(), 'has a damaged header'],
])('%s is left as it is', async (_, program, why) => {
  const file = await writeArtifact(program)
  const error = await rejectionOf(signMachO(file, 'backend'))
  expect(error).toBeInstanceOf(BuildError)
  expect((error as Error).message).toBe(`${file} cannot be signed for macOS: it ${why}.`)
  expect((await readFile(file)).equals(program)).toBe(true)
})

function describe(file: string): Promise<ArtifactDescription> {
  return describeArtifact(file, { sha256: '', verify: true })
}

interface ProgramChanges {
  cpu?: number
  contentBytes?: number
  /** Between the commands and the first section. */
  room?: number
  /** Whether __LINKEDIT has the highest address. */
  isLast?: boolean
}

/** As linkers leave one: two segments, room for more commands, and no signature. */
function makeProgram({ cpu = CPU_ARM64, contentBytes = 100, room, isLast = true }: ProgramChanges): Buffer {
  const [text, linkedit, system] = [Buffer.alloc(72 + 80), Buffer.alloc(72), Buffer.alloc(24)]
  const commandBytes = text.length + linkedit.length + system.length
  const content = Buffer.alloc(contentBytes, 'some content, which is not the same in every page; ')
  const sectionAt = room === undefined ? HEADER_BYTES : 32 + commandBytes + room
  const linkeditAt = sectionAt + content.length - 10
  const segment = (bytes: Buffer, name: string, numbers: readonly number[]) => {
    bytes.writeUInt32LE(0x19, 0)
    bytes.writeUInt32LE(bytes.length, 4)
    bytes.write(name, 8)
    for (const [index, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), 24 + index * 8)
  }
  segment(text, '__TEXT', [0x10000, 0x100000, 0, linkeditAt])
  text.writeUInt32LE(1, 64)
  text.write('__text', 72)
  text.write('__TEXT', 72 + 16)
  text.writeUInt32LE(sectionAt, 72 + 48)
  segment(linkedit, '__LINKEDIT', [isLast ? 0x110000 : 0x1000, 0x4000, linkeditAt, 10])
  for (const [index, number] of [0x32, 24, 1, 13 << 16].entries()) system.writeUInt32LE(number, index * 4)
  const header = Buffer.alloc(32)
  for (const [index, number] of [0xfeedfacf, cpu, 0, 2, 3, commandBytes].entries()) {
    header.writeUInt32LE(number, index * 4)
  }
  const commands = Buffer.concat([header, text, linkedit, system])
  return Buffer.concat([commands, Buffer.alloc(sectionAt - commands.length), content])
}

function damaged(): Buffer {
  const program = makeProgram({})
  program.writeUInt32LE(3, 32 + 4)
  return program
}
