import { expect, test } from 'vitest'
import {
  type ArtifactDescription,
  describeArtifact,
  judgeLaunchable,
} from '../../../harness/artifact/describe.ts'
import { writeArtifact } from './files.ts'
import { CPU_ARM64, CPU_X64, makeMachO, makeUniversal } from './headers.ts'
import type { Signing } from './signed.ts'

/** More than a page, so that there are several hashes. */
const CONTENT = { segment: '__TEXT', name: '__const', content: Buffer.alloc(10_000, 'content') }

function sign(signed: boolean | Signing, cpu: number = CPU_ARM64): Buffer {
  return makeMachO(cpu, { signed, sections: [CONTENT] })
}

async function describe(program: Buffer, verify = true): Promise<ArtifactDescription> {
  return describeArtifact(await writeArtifact(program), { sha256: '', verify })
}

const JIT = 'com.apple.security.cs.allow-jit'
const AUTHORITY = 'Developer ID Application: Somebody Ltd. (AB12CD34EF)'

test.each([
  [false, { kind: 'none', authority: null, hardenedRuntime: null }],
  [{}, { kind: 'ad-hoc', authority: null, hardenedRuntime: false, entitlements: [] }],
  [
    { hardened: true, entitlements: [JIT], authority: AUTHORITY },
    { kind: 'developer-id', authority: AUTHORITY, hardenedRuntime: true, entitlements: [JIT] },
  ],
  [
    { authority: 'Apple Development: somebody@example.com (AB12CD34EF)' },
    { kind: 'certificate', authority: 'Apple Development: somebody@example.com (AB12CD34EF)' },
  ],
  [{ authority: 'Somebody self-signed' }, { kind: 'certificate', authority: null }],
] as const)('is told of one that is signed as %j', async (signed, told) => {
  const { signature, defects } = await describe(
    sign(typeof signed === 'boolean' ? signed : { ...signed }, CPU_X64),
  )
  expect(signature).toMatchObject(told)
  expect(defects).toEqual([])
})

test('of every page is compared with its hash where that is asked for, and nowhere else', async () => {
  const sound = sign({})
  expect((await describe(sound)).signature?.pages).toEqual({ checked: 3, wrong: 0 })
  expect((await describe(sound, false)).signature?.pages).toBeNull()
})

test('of a program that was changed afterwards does not hold: macOS on Apple Silicon kills it', async () => {
  const changed = sign({})
  changed.write('other', changed.indexOf('content', 5000))
  const artifact = await describe(changed)
  expect(artifact.signature?.pages).toEqual({ checked: 3, wrong: 1 })
  expect(artifact.defects).toMatchObject([
    { kind: 'broken-signature', sentence: expect.stringContaining('1 of 3 pages') },
  ])
  expect(judgeLaunchable(artifact, { os: 'macos', arch: 'arm64' }).launchable).toBe(false)
  expect((await describe(changed, false)).defects).toEqual([])
})

test('that cannot be read is told to be damaged, and is no defect of the program', async () => {
  const damaged = sign({})
  const at = damaged.indexOf(Buffer.from('fade0cc0', 'hex'))
  for (const [place, value] of [
    [0, 0], // what it is
    [8, 0xffffffff], // how many parts
    [12 + 4, 0xfffffff0], // where the first is
    [12 + 16 + 28, 0xffffffff], // how many pages
    [12 + 16 + 32, 0xffffffff], // how much is signed
    [12 + 16 + 36, 0x0002000c], // hashes of no length, which all would be alike
    [12 + 16 + 32, 3 * 4096], // the same, beyond the end of the file by less than a page
  ] as const) {
    const program = Buffer.from(damaged)
    program.writeUInt32BE(value, at + place)
    const artifact = await describe(program)
    expect(artifact.signature, `${place}`).toMatchObject({ kind: 'damaged', pages: null })
    expect(artifact.defects).toEqual([])
  }
})

test('of a universal file is that of the part that is signed worst', async () => {
  const universal = makeUniversal([
    { cpu: CPU_ARM64, program: sign({ hardened: true, entitlements: [JIT], authority: AUTHORITY }) },
    { cpu: CPU_X64, program: sign({ entitlements: ['another'] }, CPU_X64) },
  ])
  expect((await describe(universal)).signature).toEqual({
    kind: 'ad-hoc',
    authority: null,
    hardenedRuntime: false,
    entitlements: [],
    pages: { checked: 6, wrong: 0 },
  })
})
