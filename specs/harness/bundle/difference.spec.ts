import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeDirectory } from '../artifact/files.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from '../artifact/headers.ts'
import { makePacked } from '../artifact/packed.ts'
import { lookInside } from './bundles.ts'

/* What bundlers do to the bytes that were tested, and what of it is told. */

async function compare(tested: Uint8Array, copy: Uint8Array, name = 'backend') {
  const { finding, description } = await lookInside(tested, { 'usr/bin/backend': copy }, { name })
  const [first] = description.copies
  return { ...finding.copies[0], change: first?.kind === 'file' ? first.difference : null }
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}

describe('ELF', () => {
  test('one byte is counted, with its offset and what lies there', async () => {
    const elf = Buffer.concat([makeElf(), Buffer.alloc(3_000_000)])
    const at = 2_500_000
    expect(await compare(elf, changed(elf, at))).toMatchObject({
      outcome: 'fail',
      is: 'changed',
      observed: `1 byte differs, the first at offset ${at} (0x${at.toString(16)}), in what stands behind all that its headers speak of`,
    })
    expect(await compare(elf, changed(elf, 20))).toMatchObject({
      observed: '1 byte differs, the first at offset 20 (0x14), in the ELF header',
    })
  })

  test('one that ends sooner, and one that goes on, are told by how much', async () => {
    const elf = Buffer.concat([makeElf(), Buffer.alloc(4096, 1)])
    expect(await compare(elf, elf.subarray(0, -1024))).toMatchObject({
      observed: expect.stringMatching(
        /^its last 1\.0 KiB are gone, from offset \d+ on, in what stands behind/,
      ),
    })
    expect(await compare(elf, Buffer.concat([elf, Buffer.alloc(10)]))).toMatchObject({
      observed: expect.stringMatching(/^10 bytes were put behind it, from offset \d+ on/),
    })
  })

  test("another processor's is another file", async () => {
    expect(await compare(makeElf(), makeElf({ machine: 183 }))).toMatchObject({
      outcome: 'fail',
      is: 'other',
    })
  })

  const canStrip = isInstalled('cc') && isInstalled('strip')
  test.skipIf(!canStrip)('`strip` is recognised, and what it left is compared', async () => {
    const { plain, stripped } = await compile()
    const { is, observed, change } = await compare(plain, stripped)
    expect(is).toBe('stripped')
    expect(observed).toMatch(
      /^it was stripped: .*\.debug_info.* are gone, .* less; what it loads is the same$/,
    )
    expect(change).toMatchObject({ elf: { loadsOther: null, searchPath: null } })
  })

  test.skipIf(!canStrip)('stripped, and patched in what it loads, is told', async () => {
    const { plain, stripped } = await compile()
    const patched = changed(stripped, stripped.indexOf('hello from here'))
    const { is, observed } = await compare(plain, patched)
    expect(is).toBe('stripped')
    expect(observed).toMatch(/; it loads other bytes, too, the first in the section \.rodata$/)
  })

  test.skipIf(!canStrip)('a search path that was put in is named, as AppImages have it', async () => {
    const { plain } = await compile()
    const { plain: rewritten } = await compile('-Wl,-rpath,$ORIGIN/../lib')
    expect((await compare(plain, rewritten)).observed).toContain(
      'it was rewritten as patchelf does it: where its loader looks for libraries is $ORIGIN/../lib now',
    )
  })

  test('a packed program that lost what was packed into it says what it is now', async () => {
    const bun = { offers: 'BUN_1.2', sections: [{ name: '.rodata', content: Buffer.from('---- Bun! ----') }] }
    const appended = Buffer.concat([
      Buffer.alloc(100, 'a'),
      Buffer.from('\n---- Bun! ----\n'),
      Buffer.alloc(8),
    ])
    const found = await compare(makePacked({ ...bun, appended }), makePacked(bun))
    expect(found).toMatchObject({ outcome: 'fail', is: 'changed' })
    expect(found.observed).toMatch(
      /^its last 124 bytes are gone.*\. It is an unmodified Bun executable, with no application inside\.$/,
    )
  })
})

/** A small program, with symbols and without. */
async function compile(...flags: string[]): Promise<{ plain: Buffer; stripped: Buffer }> {
  const directory = await makeDirectory()
  const path = (name: string) => join(directory, name)
  await writeFile(path('a.c'), '#include <stdio.h>\nint main(void) { puts("hello from here"); return 0; }\n')
  // Without the path in it, two of them are alike.
  execFileSync('cc', ['-g', '-Wl,--build-id=none', ...flags, '-o', 'plain', 'a.c'], { cwd: directory })
  execFileSync('strip', ['-o', 'stripped', 'plain'], { cwd: directory })
  return { plain: await readFile(path('plain')), stripped: await readFile(path('stripped')) }
}

describe('Mach-O', () => {
  const name = 'backend-aarch64-apple-darwin'
  const own = { content: Buffer.alloc(9000, 7), segment: '__TEXT', name: '__text' }
  const sign = (authority?: string, content: Buffer = own.content) =>
    makeMachO(CPU_ARM64, {
      sections: [{ ...own, content }],
      signed: authority === undefined ? {} : { authority, hardened: true },
    })

  test('signed anew it is what was tested, and it is said by whom', async () => {
    const found = await compare(sign(), sign('Developer ID Application: Somebody (TEAM123456)'), name)
    expect(found).toMatchObject({
      outcome: 'pass',
      is: 'signed',
      observed: 'the program that was tested, signed by Developer ID Application: Somebody (TEAM123456)',
    })
  })

  test('one byte beside the signature is told, with its section', async () => {
    const content = changed(own.content, 5000)
    const found = await compare(
      sign(),
      sign('Developer ID Application: Somebody (TEAM123456)', content),
      name,
    )
    expect(found).toMatchObject({
      outcome: 'fail',
      is: 'changed',
      observed: expect.stringMatching(
        /^1 byte differs, the first at offset \d+ \(0x[0-9a-f]+\), in the section __TEXT,__text$/,
      ),
    })
  })

  test('with its signature broken, or taken off, macOS kills it', async () => {
    const signed = sign()
    const { offset } = firstHash(signed)
    expect(await compare(signed, changed(signed, offset), name)).toMatchObject({
      outcome: 'fail',
      is: 'damaged',
      observed: expect.stringContaining('pages are not those of its code signature'),
    })
    // As `codesign --remove-signature` leaves it: the command is gone, and what it led to.
    const command = signed.indexOf(Buffer.from([0x1d, 0, 0, 0, 0x10, 0, 0, 0]))
    const unsigned = Buffer.from(signed.subarray(0, signed.readUInt32LE(command + 8)))
    unsigned.fill(0, command, command + 16)
    unsigned.writeUInt32LE(unsigned.readUInt32LE(16) - 1, 16)
    unsigned.writeUInt32LE(unsigned.readUInt32LE(20) - 16, 20)
    unsigned.writeBigUInt64LE(BigInt(unsigned.length), 32 + 48)
    expect(await compare(signed, unsigned, name)).toMatchObject({
      outcome: 'fail',
      is: 'damaged',
      observed: expect.stringContaining('carries no code signature'),
    })
    // And signed once more, it is what was tested.
    expect(await compare(unsigned, signed, name)).toMatchObject({ outcome: 'pass', is: 'signed' })
  })

  test('what a packer has put behind its signature is compared, too', async () => {
    const [one, other] = [sign(), sign('Developer ID Application: Somebody (TEAM123456)')]
    const packed = (program: Buffer, text: string) => Buffer.concat([program, Buffer.from(text)])
    expect(await compare(packed(one, 'an application'), packed(other, 'an application'), name)).toMatchObject(
      {
        outcome: 'pass',
        is: 'signed',
      },
    )
    expect(await compare(packed(one, 'an application'), packed(other, 'an Application'), name)).toMatchObject(
      {
        outcome: 'fail',
        observed: `1 byte differs, the first at offset ${one.length + 3} (0x${(one.length + 3).toString(16)}), in what stands behind all that its headers speak of`,
      },
    )
    expect(await compare(packed(one, 'an application'), other, name)).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(/^its last 14 bytes are gone, from offset/),
    })
  })

  test('a damaged one is no likeness', async () => {
    const tested = sign()
    const damaged = Buffer.from(tested)
    damaged.writeUInt32LE(4, 32 + 4) // the first load command is shorter than its own head
    expect(await compare(tested, damaged, name)).toMatchObject({ outcome: 'fail', is: 'other' })
    // Of processors that have no name here.
    expect(await compare(makeMachO(98), makeMachO(99))).toMatchObject({ outcome: 'fail', is: 'other' })
  })

  test('a universal program of what was tested is that, and its other part is named', async () => {
    const intel = makeMachO(CPU_X64, { sections: [own] })
    const both = makeUniversal([
      { cpu: CPU_X64, program: intel },
      { cpu: CPU_ARM64, program: sign('Developer ID Application: Somebody (TEAM123456)') },
    ])
    expect(await compare(sign(), both, name)).toMatchObject({
      outcome: 'pass',
      is: 'signed',
      observed: expect.stringContaining('its part for x64 was not tested'),
    })
    const wrong = makeUniversal([{ cpu: CPU_ARM64, program: sign(undefined, Buffer.alloc(9000, 8)) }])
    expect(await compare(both, wrong, name)).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(/^of its part for arm64 9,000 bytes differ/),
    })
  })
})

describe('PE', () => {
  const name = 'backend.exe'
  const inside = async (tested: Buffer, copy: Buffer) => {
    const { finding } = await lookInside(
      tested,
      { 'App/backend.exe': { bytes: copy, mode: 0o644 } },
      { name },
    )
    return finding.copies[0]
  }

  test('signed it is what was tested, whatever its mode is', async () => {
    expect(await inside(makePe(), makePe({ certificate: Buffer.alloc(64, 5) }))).toMatchObject({
      outcome: 'pass',
      is: 'signed',
    })
  })

  test('a byte of its constants is told', async () => {
    const copy = makePe({ constants: Buffer.from('c0nstants') })
    expect(await inside(makePe(), copy)).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(/^1 byte differs, .* in the section \.rdata$/),
    })
  })
})

/** Where the hash of the first page stands. */
function firstHash(signed: Buffer): { offset: number } {
  const directory = signed.indexOf(Buffer.from([0xfa, 0xde, 0x0c, 0x02]))
  return { offset: directory + signed.readUInt32BE(directory + 16) }
}

function isInstalled(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0
}
