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

  test.each([
    { least: [13, 5], isOld: false, told: '13.5' },
    { least: [10, 15], isOld: true, told: '10.15' },
    { least: [0, 0], isOld: false, told: null },
  ] as const)('tells the oldest macOS that it runs on: $told', async ({ least, isOld, told }) => {
    const program = makeMachO(CPU_X64, { least: [...least], isOld })
    expect((await describeArtifact(await writeArtifact(program))).leastMacos).toBe(told)
  })

  test('tells whether dyld loads it, and whether it has names for debuggers', async () => {
    const described = async (program: Buffer): Promise<unknown> => {
      const { linkage, stripped } = await describeArtifact(await writeArtifact(program))
      return [linkage, stripped]
    }
    expect(await described(makeMachO(CPU_X64))).toEqual(['dynamic', true])
    expect(await described(makeMachO(CPU_X64, { loader: false, symbols: 3 }))).toEqual(['static', false])
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

  test('needs the macOS of its Intel part: every Mac with Apple Silicon has 11.0', async () => {
    const leastOf = async (x64: [number, number], arm64: [number, number]): Promise<unknown> => {
      const universal = makeUniversal([
        { cpu: CPU_X64, program: makeMachO(CPU_X64, { least: x64 }) },
        { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64, { least: arm64 }) },
      ])
      return (await describeArtifact(await writeArtifact(universal))).leastMacos
    }
    expect(await leastOf([10, 13], [11, 0])).toBe('10.13')
    expect(await leastOf([10, 13], [12, 0])).toBe('12.0')
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

  test.each([
    { subsystem: 2, told: 'gui' },
    { subsystem: 3, told: 'console' },
    { subsystem: 10, told: null }, // an EFI application
  ])('of subsystem $subsystem is told as $told', async ({ subsystem, told }) => {
    const artifact = await describeArtifact(await writeArtifact(makePe({ subsystem })))
    expect(artifact.subsystem).toBe(told)
  })

  test('tells the names of its libraries, each once', async () => {
    const pe = makePe({ imports: ['KERNEL32.dll', 'VCRUNTIME140.dll', 'kernel32.dll'] })
    const { libraries } = await describeArtifact(await writeArtifact(pe))
    expect(libraries).toEqual({
      needed: ['KERNEL32.dll', 'VCRUNTIME140.dll'].map(name => ({ name, by: null, path: null })),
      versions: [],
      newestGlibc: null,
      searched: false,
    })
  })

  test('is told to be signed when its certificate is there, and when it is cut off', async () => {
    const kindOf = async (pe: Buffer): Promise<unknown> =>
      (await describeArtifact(await writeArtifact(pe))).signature?.kind
    const signed = makePe({ certificate: Buffer.alloc(40, 'c') })
    expect(await kindOf(makePe())).toBe('none')
    expect(await kindOf(signed)).toBe('authenticode')
    expect(await kindOf(signed.subarray(0, -1))).toBe('damaged')
  })

  test('that UPX has made smaller is told', async () => {
    const pe = makePe()
    pe.write('UPX1\0\0', pe.indexOf('.idata'))
    expect((await describeArtifact(await writeArtifact(pe))).compressor).toBe('upx')
    expect((await describeArtifact(await writeArtifact(makePe()))).compressor).toBeNull()
  })

  test('that is a library is no program', async () => {
    const artifact = await describeArtifact(await writeArtifact(makePe({ flags: 0x2022 })))
    expect(artifact).toMatchObject({
      resembles: 'a Windows library (DLL)',
      defects: [{ kind: 'not-a-program' }],
    })
  })

  test('that ends within its section or its headers is cut short', async () => {
    const whole = makePe()
    for (const length of [whole.length - 1, 0x3ff, 0x1a0, 0x90, 0x40, 0x3f, 2]) {
      const artifact = await describeArtifact(await writeArtifact(whole.subarray(0, length)))
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
