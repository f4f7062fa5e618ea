import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { findLoader, linkedProgram } from '../../../fixtures/faulty/linked-program.ts'
import { elfProgram, peProgram } from '../../../fixtures/faulty/programs.ts'
import { compareWithName, describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { findNameProblem } from '../../../harness/artifact/naming.ts'
import { findRefusal } from '../../../harness/artifact/refusal.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from '../artifact/headers.ts'
import { makePacked } from '../artifact/packed.ts'
import { type Property, property } from './property.ts'

const NAME = 'backend-x86_64-unknown-linux-gnu'
/** Of a large program: its headers and the tables behind them. */
const HEAD_BYTES = 256 * 1024
/** A description takes some milliseconds; a walk by a damaged count takes minutes. */
const SLOW_MS = 3000
/** A page, a search's buffer and a hash's are all that is read into. */
const MOST_BYTES = 32 * 1024 * 1024

const SAMPLES: Readonly<Record<string, Buffer>> = {
  'a bare ELF': elfProgram('x64'),
  'an ELF with notes': makeElf({
    notes: [{ owner: 'Go', type: 4, descriptionBytes: 20 }],
    loader: '/lib/ld.so',
  }),
  'an ELF of 32 bits': makeElf({ bits: 32, machine: 3 }),
  'a linked ELF': linkedProgram({
    processor: 'x64',
    loader: findLoader('x64'),
    needed: ['libc.so.6', 'libm.so.6'],
    version: 'GLIBC_2.17',
    runpath: '$ORIGIN/lib:/lib',
  }),
  'a packed ELF': makePacked({
    notes: [{ owner: 'NODE_SEA_BLOB', contents: Buffer.from('application') }],
    offers: 'BUN_1.2',
    sections: [
      { name: '.rodata', content: Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1') },
      { name: '.bun', content: Buffer.from('x\n---- Bun! ----\n') },
    ],
  }),
  'a Mach-O': makeMachO(CPU_ARM64, { imports: ['/usr/lib/libSystem.B.dylib'] }),
  'a universal Mach-O': makeUniversal([
    { cpu: CPU_X64, program: makeMachO(CPU_X64) },
    { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64) },
  ]),
  'a wide universal Mach-O': makeUniversal([{ cpu: CPU_X64, program: makeMachO(CPU_X64) }], true),
  'a PE': makePe(),
  'another PE': peProgram(),
  'a script': Buffer.from('#!/usr/bin/env node\r\nconsole.log(1)\n'),
  text: Buffer.from('{"a": 1}'),
}

/** Real programs, where this machine has them: the beginning, and all of one that is small. */
const REAL: Readonly<Record<string, Buffer>> = {
  ...head('the beginning of Node', process.execPath, HEAD_BYTES),
  ...head('ls', '/bin/ls', 4 * HEAD_BYTES),
}

interface Damage {
  readonly sample: string
  /** Bytes, each by its place as a share of the file: most in the first thousand, where headers are. */
  readonly bytes: readonly (readonly [number, number])[]
  /** Numbers of a header, of four or eight bytes: counts, sizes and offsets go wrong at their ends. */
  readonly words: readonly (readonly [number, bigint])[]
  /** What is left of the file; null for all. */
  readonly share: number | null
}

const places = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 1023 }) },
  { weight: 1, arbitrary: fc.nat({ max: 4 * HEAD_BYTES }) },
)
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
]

function damageTo(samples: Readonly<Record<string, Buffer>>): fc.Arbitrary<Damage> {
  return fc.record({
    sample: fc.constantFrom(...Object.keys(samples)),
    bytes: fc.array(fc.tuple(places, fc.nat({ max: 255 })), { maxLength: 6 }),
    words: fc.array(
      fc.tuple(places, fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: 0xfffffn }))),
      {
        maxLength: 4,
      },
    ),
    share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  })
}

export const ARTIFACTS: readonly Property[] = [
  property('a damaged small file is described', damageTo(SAMPLES), damage => isDescribed(SAMPLES, damage), {
    runs: 400,
  }),
  property('a damaged real program is described', damageTo(REAL), damage => isDescribed(REAL, damage), {
    runs: 100,
  }),
  property(
    'a file of any bytes is described',
    fc
      .tuple(
        fc.constantFrom(
          '',
          '\x7fELF',
          'MZ',
          '#!',
          '\xcf\xfa\xed\xfe',
          '\xca\xfe\xba\xbe',
          '\xca\xfe\xba\xbf',
          '\xff\xfe',
          '{',
        ),
        fc.uint8Array({ maxLength: 400, size: 'max' }),
      )
      .map(([magic, rest]) => Buffer.concat([Buffer.from(magic, 'latin1'), rest])),
    bytes => expectDescription(bytes),
    { runs: 200, examples: [Buffer.from('#!/bin/\u001B[31msh\r\n')] },
  ),
]

function isDescribed(
  samples: Readonly<Record<string, Buffer>>,
  { sample, bytes, words, share }: Damage,
): Promise<void> {
  const damaged = Buffer.from(samples[sample] ?? '')
  for (const [at, value] of bytes) damaged[at % damaged.length] = value
  for (const [at, value] of words) {
    const place = (at % damaged.length) & ~3
    if (place + 8 <= damaged.length) damaged.writeBigUInt64LE(value, place)
  }
  return expectDescription(share === null ? damaged : damaged.subarray(0, Math.floor(share * damaged.length)))
}

/** What holds of every file whatsoever. */
async function expectDescription(bytes: Buffer): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'artifact-'))
  try {
    const path = join(directory, NAME)
    await writeFile(path, bytes, { mode: 0o755 })
    const before = process.memoryUsage().arrayBuffers
    const cpu = process.cpuUsage()
    const artifact = await describeArtifact(path)
    const { user, system } = process.cpuUsage(cpu)
    assert.ok((user + system) / 1000 < SLOW_MS, 'it took too long')
    assert.ok(process.memoryUsage().arrayBuffers - before < MOST_BYTES, 'it took too much memory')
    assert.equal(artifact.bytes, bytes.length)
    assert.deepEqual(JSON.parse(JSON.stringify(artifact)), artifact)
    const host = { os: 'linux', arch: 'x64' }
    const sentences = [
      ...artifact.defects.map(({ sentence }) => sentence),
      judgeLaunchable(artifact, host).sentence,
      compareWithName(artifact) ?? '',
      findRefusal(artifact, host) ?? '',
      findNameProblem(artifact)?.observed ?? '',
    ]
    for (const sentence of sentences) {
      assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}\p{Cs}]/u)
      assert.ok(sentence.length < 500, sentence)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function head(name: string, path: string, most: number): Readonly<Record<string, Buffer>> {
  return existsSync(path) ? { [name]: readFileSync(path).subarray(0, most) } : {}
}
