import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { linkedProgram } from '../../../fixtures/faulty/linked-program.ts'
import { findMissingApplication } from '../../../harness/artifact/application.ts'
import { compareWithName, describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { findAboveFloor } from '../../../harness/artifact/libc-floor.ts'
import { findNameProblem } from '../../../harness/artifact/naming.ts'
import { findRefusal } from '../../../harness/artifact/refusal.ts'
import { makeRandom, SEED } from '../random.ts'
import { copyArtifact, ESBUILD_BINARY, writeArtifact } from './files.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from './headers.ts'
import { LOADER } from './loader.ts'
import { makePacked } from './packed.ts'

const NAME = 'backend-x86_64-unknown-linux-gnu'
/** Headers, and the tables that follow them, lie here. */
const HEADER_BYTES = 1024
/** Counts and offsets go wrong at their ends. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff]
/** A description takes under 1 ms, the slowest of these 0.3 s; a walk without bounds takes minutes. */
const SLOW_MS = 3000

vi.setConfig({ testTimeout: 60_000 }) // hundreds of files each, on a machine that may be busy

const SAMPLES = {
  ELF: makeElf({ loader: '/lib64/ld-linux-x86-64.so.2' }),
  'ELF, 32-bit': makeElf({ bits: 32, machine: 3 }),
  'ELF, linked': linkedProgram({
    processor: 'x64',
    loader: LOADER,
    needed: ['libc.so.6', 'libm.so.6'],
    version: 'GLIBC_2.17',
    runpath: '$ORIGIN/lib:/lib',
  }),
  'ELF, packed': makePacked({
    notes: [{ owner: 'NODE_SEA_BLOB', contents: Buffer.from('application') }],
    offers: 'BUN_1.2',
    sections: [
      { name: '.rodata', content: Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1') },
      { name: '.bun', content: Buffer.from('x\n---- Bun! ----\n') },
    ],
  }),
  'Mach-O': makeMachO(CPU_ARM64),
  'universal Mach-O': makeUniversal([
    { cpu: CPU_X64, program: makeMachO(CPU_X64) },
    { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64) },
  ]),
  PE: makePe(),
  script: Buffer.from('#!/usr/bin/env node\nconsole.log(1)\n'),
}

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
      await expectDescription(path, damaged.subarray(0, length).toString('hex'))
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
    await expectDescription(path, damaged.toString('hex'))
  }
  await file.close()
})

test('describes every length of every format', async () => {
  for (const sample of Object.values(SAMPLES)) {
    const path = await writeArtifact(sample, NAME)
    for (let length = sample.length; length >= 0; length -= 1) {
      await truncate(path, length)
      await expectDescription(path, `${length} bytes of ${sample.toString('hex')}`)
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
  await expectDescription(path, 'counts of 65535')
})

test('is not made slow by notes that never end', async () => {
  const elf = makeElf({ notes: [{ owner: '', type: 0, descriptionBytes: 0 }] })
  const path = await writeArtifact(elf, NAME)
  const size = 200_000_000
  elf.writeUInt32LE(size, 64 + 56 + 32) // the segment of the notes reaches to the end
  await writeFile(path, elf)
  await truncate(path, size + elf.length) // a hole, which reads as notes of no owner and no content
  await expectDescription(path, 'endless notes')
})

/** What holds for every file whatsoever. */
async function expectDescription(path: string, input: string): Promise<void> {
  const startedAt = performance.now()
  const artifact = await describeArtifact(path, { sha256: '' }).catch((error: unknown) => {
    throw new Error(`not described: ${input}`, { cause: error })
  })
  expect(performance.now() - startedAt, input).toBeLessThan(SLOW_MS)
  expect(JSON.parse(JSON.stringify(artifact)), input).toEqual(artifact)
  const host = { os: 'linux', arch: 'x64' }
  const verdict = judgeLaunchable(artifact, host)
  const sentences = [
    ...artifact.defects.map(defect => defect.sentence),
    verdict.sentence,
    compareWithName(artifact) ?? '',
    findRefusal(artifact, host) ?? '',
    findAboveFloor(artifact, 'glibc 2.1') ?? '',
    findMissingApplication(artifact, { args: [], files: [] }) ?? '',
    findNameProblem(artifact)?.observed ?? '',
  ]
  for (const sentence of sentences) {
    expect(sentence, input).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(sentence.length, input).toBeLessThan(500)
  }
  if (artifact.format === 'unknown' || artifact.format === 'empty')
    expect(artifact.defects, input).toHaveLength(1)
}

function chooseDamage(random: (below: number) => number, length: number): { at: number; value: number }[] {
  return Array.from({ length: 1 + random(8) }, () => ({
    at: random(length),
    value: random(2) === 0 ? (EDGES[random(EDGES.length)] ?? 0) : random(256),
  }))
}
