import { expect, test } from 'vitest'
import { ESBUILD_BINARY, NODE_BINARY } from '../artifact/files.ts'
import { compareReaders } from './compare.ts'
import { filesHere } from './files-here.ts'
import { readersHere } from './readers.ts'

/* What inspect tells of the programs of this machine, held against other readers. specs/docs/agreement.ts does it for all. */

/** Spread over all that there are; a dozen take a second. */
const SAMPLE = 150
const readers = readersHere()

test.runIf(process.platform === 'linux' && readers.length > 0)(
  `is what ${readers.map(({ name }) => name).join(', ')} tell of them`,
  { timeout: 120_000 },
  async () => {
    const all = filesHere()
    const step = Math.max(1, Math.floor(all.length / SAMPLE))
    const paths = [...all.filter((_, index) => index % step === 0), NODE_BINARY, ESBUILD_BINARY]

    const compared = await compareReaders(paths, readers)

    expect(compared.length).toBeGreaterThan(paths.length)
    expect(compared.filter(({ ours, theirs }) => ours !== theirs)).toEqual([])
  },
)
