import { describe, expect, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { writeArtifact } from './files.ts'
import { CPU_ARM64, CPU_X64, makeMachO, makePe, makeUniversal } from './headers.ts'

describe('Mach-O', () => {
  test.each([
    { cpu: CPU_ARM64, arch: 'arm64', machine: 'cputype 0x100000c (ARM64)', triple: 'aarch64-apple-darwin' },
    { cpu: CPU_X64, arch: 'x64', machine: 'cputype 0x1000007 (X86_64)', triple: 'x86_64-apple-darwin' },
  ])('is described for $arch', async ({ cpu, arch, machine, triple }) => {
    const artifact = await describeArtifact(await writeArtifact(makeMachO(cpu)))
    expect(artifact).toMatchObject({
      format: 'mach-o',
      resembles: null,
      os: 'macos',
      archs: [arch],
      machine,
      bits: 64,
      endianness: 'little',
      libc: null,
      interpreter: null,
      triple,
      defects: [],
    })
  })

  test('without a signature is killed on Apple Silicon, and only there', async () => {
    const arm64 = await describeArtifact(await writeArtifact(makeMachO(CPU_ARM64, { signed: false })))
    expect(arm64.defects).toMatchObject([{ kind: 'unsigned' }])
    const x64 = await describeArtifact(await writeArtifact(makeMachO(CPU_X64, { signed: false })))
    expect(x64.defects).toEqual([])
  })

  test('tells the names of its libraries, each once, and that nobody looked for them', async () => {
    const imports = ['/usr/lib/libSystem.B.dylib', '@rpath/libown.dylib']
    const programs = [CPU_X64, CPU_ARM64].map(cpu => ({ cpu, program: makeMachO(cpu, { imports }) }))
    const needed = imports.map(name => ({ name, by: null, path: null }))
    for (const content of [makeMachO(CPU_X64, { imports }), makeUniversal(programs)]) {
      const { libraries } = await describeArtifact(await writeArtifact(content))
      expect(libraries).toEqual({ needed, versions: [], newestGlibc: null, searched: false })
    }
  })

  test('that is a library is no program', async () => {
    const artifact = await describeArtifact(await writeArtifact(makeMachO(CPU_ARM64, { fileType: 6 })))
    expect(artifact.resembles).toBe('a Mach-O dynamic library')
    expect(artifact.defects).toMatchObject([{ kind: 'not-a-program' }])
  })

  test('that ends within its segment, its commands or its header is cut short', async () => {
    const whole = makeMachO(CPU_ARM64)
    for (const length of [whole.length - 1, 40, 33, 20, 4]) {
      const artifact = await describeArtifact(await writeArtifact(whole.subarray(0, length)))
      expect(artifact, `${length} bytes`).toMatchObject({
        format: 'mach-o',
        resembles: 'a truncated Mach-O file',
        defects: [{ kind: 'truncated' }],
      })
    }
  })

  test('for iOS is not taken for a macOS program', async () => {
    const artifact = await describeArtifact(
      await writeArtifact(makeMachO(CPU_ARM64, { platform: 2, signed: false })),
    )
    expect(artifact).toMatchObject({ os: 'ios', triple: null, defects: [] })
  })

  test('with a load command of no size is damaged', async () => {
    const program = makeMachO(CPU_X64)
    program.writeUInt32LE(0, 32 + 4)
    const artifact = await describeArtifact(await writeArtifact(program))
    expect(artifact).toMatchObject({
      resembles: 'a damaged Mach-O file',
      defects: [{ kind: 'damaged-header' }],
    })
  })
})

describe('universal Mach-O', () => {
  const both = makeUniversal([
    { cpu: CPU_X64, program: makeMachO(CPU_X64) },
    { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64) },
  ])

  test('is described with every processor', async () => {
    const artifact = await describeArtifact(await writeArtifact(both))
    expect(artifact).toMatchObject({
      format: 'mach-o-universal',
      os: 'macos',
      archs: ['x64', 'arm64'],
      triple: 'universal-apple-darwin',
      defects: [],
    })
  })

  test('is described the same with 64-bit offsets', async () => {
    const wide = makeUniversal(
      [
        { cpu: CPU_X64, program: makeMachO(CPU_X64) },
        { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64) },
      ],
      true,
    )
    const artifact = await describeArtifact(await writeArtifact(wide))
    expect(artifact).toMatchObject({ format: 'mach-o-universal', archs: ['x64', 'arm64'], defects: [] })
  })

  test('without a program in it is damaged', async () => {
    const artifact = await describeArtifact(await writeArtifact(makeUniversal([])))
    expect(artifact.defects).toEqual([
      { kind: 'damaged-header', sentence: 'Its header is damaged: it holds no program.' },
    ])
  })

  test('without its last program is cut short', async () => {
    for (const length of [both.length - 1, 300, 30, 7]) {
      const artifact = await describeArtifact(await writeArtifact(both.subarray(0, length)))
      expect(artifact, `${length} bytes`).toMatchObject({
        format: 'mach-o-universal',
        defects: [{ kind: 'truncated' }],
      })
    }
  })

  test('is not mistaken for a Java class', async () => {
    const classFile = Buffer.from('cafebabe0000003d', 'hex')
    const artifact = await describeArtifact(await writeArtifact(classFile))
    expect(artifact).toMatchObject({ format: 'unknown', resembles: 'a Java class file' })
  })
})

describe('PE', () => {
  test.each([
    { machine: 0x8664, arch: 'x64', bits: 64, triple: 'x86_64-pc-windows-msvc' },
    { machine: 0xaa64, arch: 'arm64', bits: 64, triple: 'aarch64-pc-windows-msvc' },
    { machine: 0x14c, arch: 'ia32', bits: 32, triple: 'i686-pc-windows-msvc' },
  ])('is described for $arch', async ({ machine, arch, bits, triple }) => {
    const artifact = await describeArtifact(await writeArtifact(makePe({ machine }), 'backend.exe'))
    expect(artifact).toMatchObject({ format: 'pe', os: 'windows', archs: [arch], bits, triple, defects: [] })
  })

  test('that is a library is no program', async () => {
    const artifact = await describeArtifact(await writeArtifact(makePe({ flags: 0x2022 })))
    expect(artifact).toMatchObject({
      resembles: 'a Windows library (DLL)',
      defects: [{ kind: 'not-a-program' }],
    })
  })

  test('that ends within its section or its headers is cut short', async () => {
    for (const length of [0x3ff, 0x1a0, 0x90, 0x40, 0x3f, 2]) {
      const artifact = await describeArtifact(await writeArtifact(makePe().subarray(0, length)))
      expect(artifact, `${length} bytes`).toMatchObject({ format: 'pe', defects: [{ kind: 'truncated' }] })
    }
  })

  test('without its signature is a program for DOS', async () => {
    const program = makePe()
    program.write('NE', 0x80)
    const artifact = await describeArtifact(await writeArtifact(program))
    expect(artifact).toMatchObject({ format: 'unknown', resembles: 'a program for DOS or 16-bit Windows' })
  })
})
