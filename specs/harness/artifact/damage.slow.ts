import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { test, vi } from 'vitest'
import { makeRandom, SEED } from '../random.ts'
import { expectDescription, NAME, SAMPLES } from './described.ts'
import { copyArtifact, ESBUILD_BINARY, writeArtifact } from './files.ts'
import { CPU_ARM64, makeElf, makeMachO, makeUniversal } from './headers.ts'
import { makePacked } from './packed.ts'

/** Headers, and the tables that follow them, lie here. */
const HEADER_BYTES = 1024
/** Counts and offsets go wrong at their ends. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff]
/** Reading all of a large program hundreds of times is not what is looked at here. */
const UNHASHED = { sha256: '' }

vi.setConfig({ testTimeout: 60_000 }) // hundreds of files each, on a machine that may be busy

test.each(Object.entries(SAMPLES))(
  `describes any damage to a small %s (seed ${SEED})`,
  async (_format, sample) => {
    const random = makeRandom(SEED)
    const path = await writeArtifact(sample, NAME)
    for (let round = 0; round < 400; round += 1) {
      const damaged = Buffer.from(sample)
      for (const { at, value } of chooseDamage(random, sample.length)) damaged[at] = value
      const length = random(3) === 0 ? random(sample.length) : sample.length
      await writeFile(path, damaged.subarray(0, length))
      await expectDescription(path, damaged.subarray(0, length).toString('hex'), UNHASHED)
    }
  },
)

test(`describes any damage to the headers of a large program (seed ${SEED})`, async () => {
  const random = makeRandom(SEED)
  const sound = (await readFile(ESBUILD_BINARY)).subarray(0, HEADER_BYTES)
  const path = await copyArtifact(ESBUILD_BINARY, NAME)
  const file = await open(path, 'r+')
  for (let round = 0; round < 400; round += 1) {
    const damaged = Buffer.from(sound)
    for (const { at, value } of chooseDamage(random, HEADER_BYTES)) damaged[at] = value
    await file.write(damaged, 0, HEADER_BYTES, 0)
    await expectDescription(path, damaged.toString('hex'), UNHASHED)
  }
  await file.close()
})

test('describes every length of every format', async () => {
  for (const sample of Object.values(SAMPLES)) {
    const path = await writeArtifact(sample, NAME)
    for (let length = sample.length; length >= 0; length -= 1) {
      await truncate(path, length)
      await expectDescription(path, `${length} bytes of ${sample.toString('hex')}`, UNHASHED)
    }
  }
})

test('is not made slow by a header that counts as much as it can', async () => {
  const path = await copyArtifact(process.execPath, NAME)
  const { size } = await stat(path)
  const file = await open(path, 'r+')
  const header = Buffer.alloc(64)
  await file.read(header, 0, 64, 0)
  header.writeBigUInt64LE(BigInt(Math.floor(size / 2)), 40) // e_shoff
  header.writeUInt16LE(0xffff, 56) // e_phnum
  header.writeUInt16LE(0xffff, 60) // e_shnum
  await file.write(header, 0, 64, 0)
  await file.close()
  await expectDescription(path, 'counts of 65535', UNHASHED)
})

test('is not made slow by notes that never end', async () => {
  const elf = makeElf({ notes: [{ owner: '', type: 0, descriptionBytes: 0 }] })
  const path = await writeArtifact(elf, NAME)
  const size = 200_000_000
  elf.writeUInt32LE(size, 64 + 56 + 32) // the segment of the notes reaches to the end
  await writeFile(path, elf)
  await truncate(path, size + elf.length) // a hole, which reads as notes of no owner and no content
  await expectDescription(path, 'endless notes', UNHASHED)
})

/** As large as a packed runtime; a hole, so that nothing is written. */
const LARGE_BYTES = 150_000_000

test('is not made slow by sections that all say to hold the whole of a large file', async () => {
  const content = Buffer.alloc(8)
  const names = ['__const', '__cstring', '__go_buildinfo']
  const sections = Array.from({ length: 240 }, (_, index) => ({
    segment: index % 3 === 2 ? '__DATA' : '__TEXT',
    name: names[index % 3] ?? '',
    content,
  }))
  const machO = makeMachO(CPU_ARM64, { sections, offers: '_ZN4node5StartEiPPc' })
  for (let index = 0; index < sections.length; index += 1)
    machO.writeBigUInt64LE(BigInt(LARGE_BYTES), 32 + 72 + index * 80 + 40)
  await expectLarge(machO)

  const elf = makePacked({
    sections: Array.from({ length: 240 }, () => ({ name: '.rodata', content })),
    notes: [{ owner: 'NODE_SEA_BLOB', contents: content }],
  })
  const table = Number(elf.readBigUInt64LE(40))
  for (let index = 1; index <= 240; index += 1)
    elf.writeBigUInt64LE(BigInt(LARGE_BYTES), table + index * 64 + 32)
  await expectLarge(elf)
})

test('is not made slow by a universal file of a thousand parts, each of which is all of it', async () => {
  const program = makeMachO(CPU_ARM64, {
    sections: [{ segment: '__TEXT', name: '__const', content: Buffer.alloc(1e6) }],
  })
  const one = makeUniversal([{ cpu: CPU_ARM64, program }], true)
  const count = 1000
  const table = Buffer.alloc(8 + count * 32)
  one.copy(table, 0, 0, 8)
  table.writeUInt32BE(count, 4)
  for (let index = 0; index < count; index += 1) {
    one.copy(table, 8 + index * 32, 8, 40)
    table.writeBigUInt64BE(BigInt(table.length), 8 + index * 32 + 8)
  }
  const path = await writeArtifact(Buffer.concat([table, program]), NAME)
  await expectDescription(path, 'a thousand parts', UNHASHED)
})

async function expectLarge(head: Buffer): Promise<void> {
  const path = await writeArtifact(head, NAME)
  await truncate(path, LARGE_BYTES + head.length)
  await expectDescription(path, 'sections of the whole file', UNHASHED)
}

function chooseDamage(random: (below: number) => number, length: number): { at: number; value: number }[] {
  return Array.from({ length: 1 + random(8) }, () => ({
    at: random(length),
    value: random(2) === 0 ? (EDGES[random(EDGES.length)] ?? 0) : random(256),
  }))
}
