import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expectDescription, NAME, SAMPLES } from '../artifact/described.ts'
import { type Property, property } from './property.ts'

/** Of a large program: its headers and the tables behind them. */
const HEAD_BYTES = 256 * 1024

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
    isDescribedAs,
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
  return isDescribedAs(share === null ? damaged : damaged.subarray(0, Math.floor(share * damaged.length)))
}

/** Written as a file, and described. */
async function isDescribedAs(bytes: Buffer): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'artifact-'))
  try {
    const path = join(directory, NAME)
    await writeFile(path, bytes, { mode: 0o755 })
    await expectDescription(path, `${bytes.length} bytes`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function head(name: string, path: string, most: number): Readonly<Record<string, Buffer>> {
  return existsSync(path) ? { [name]: readFileSync(path).subarray(0, most) } : {}
}
