import { describe, expect, test } from 'vitest'
import {
  type ArtifactLibraries,
  type ArtifactPayload,
  type ArtifactSignature,
  NO_CONTENT,
} from '../../../harness/artifact/description.ts'
import type { AppKind } from '../../../harness/contract/contract.ts'
import { type Case, evidenceOf, findingOf } from './evidence.ts'

describe('artifact/executable', () => {
  const judge = (mode: number, os = 'linux') =>
    findingOf('artifact/executable', evidenceOf({ artifact: { mode }, host: { os } }))

  test.each([
    [0o755, 'mode 0755'],
    [0o4777, 'mode 4777'],
    [0o555, 'mode 0555'],
  ])('passes with mode %o', (mode, observed) => {
    expect(judge(mode)).toEqual({ outcome: 'pass', observed })
  })

  test.each([
    [0o700, 'mode 0700: group may not read or execute it, others may not read or execute it'],
    [0o711, 'mode 0711: group may not read it, others may not read it'],
    [0o754, 'mode 0754: others may not execute it'],
    [0o644, 'mode 0644: nobody may execute it'],
    [0, 'mode 0000: nobody may read or execute it'],
  ])('fails with mode %o, and says who lacks what', (mode, observed) => {
    expect(judge(mode)).toEqual({
      outcome: 'fail',
      expected: 'a regular file that owner, group and others may read and execute (mode 0755)',
      observed,
      seen: null,
    })
  })

  test('is skipped on Windows', () => {
    expect(judge(0, 'windows')).toEqual({ outcome: 'skipped', reason: 'Windows has no permission bits' })
  })
})

describe('artifact/native-format', () => {
  test('passes for a program of this machine', () => {
    expect(findingOf('artifact/native-format', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'It is an ELF program for x64 (x86-64), and this machine is x64.',
    })
  })

  test('fails for a defect of the file, with its sentence', () => {
    const defects = [{ kind: 'empty' as const, sentence: 'It is empty (0 bytes).' }]
    const artifact = { ...NO_CONTENT, format: 'empty' as const, defects, bytes: 0 }
    expect(findingOf('artifact/native-format', evidenceOf({ artifact, only: [] }))).toEqual({
      outcome: 'fail',
      expected: 'a program for linux on x64',
      observed: 'It is empty (0 bytes).',
      seen: null,
    })
  })

  test('fails for a program of another processor', () => {
    const artifact = { archs: ['arm64'], triple: 'aarch64-unknown-linux-gnu', nameTriple: null }
    expect(findingOf('artifact/native-format', evidenceOf({ artifact, only: [] }))).toMatchObject({
      outcome: 'fail',
      expected: 'a program for linux on x64',
      observed: expect.stringMatching(
        /^It is an ELF program for arm64 \(AArch64\), and this machine is x64: /,
      ),
      seen: null,
    })
  })

  test('fails where the name promises another machine than the header, though it can be launched', () => {
    const artifact = { nameTriple: 'aarch64-unknown-linux-gnu' }
    expect(findingOf('artifact/native-format', evidenceOf({ artifact }))).toEqual({
      outcome: 'fail',
      expected: 'a program for linux on x64',
      observed: 'Its name says aarch64-unknown-linux-gnu, but its header says x86_64-unknown-linux-gnu.',
      seen: null,
    })
  })
})

describe('artifact/triple-name', () => {
  const judge = (artifact: Case['artifact'], app?: AppKind) =>
    findingOf(
      'artifact/triple-name',
      evidenceOf({ only: [], ...(artifact && { artifact }), ...(app && { contract: { app } }) }),
    )

  test.each([undefined, 'tauri'] as const)(
    'passes for the name that a bundler looks for, in an app: %s',
    app => {
      expect(judge({}, app)).toEqual({ outcome: 'pass', observed: 'backend-x86_64-unknown-linux-gnu' })
    },
  )

  test('fails for another name, and says which it should be', () => {
    expect(judge({ name: 'backend-linux-x64', nameTriple: null })).toEqual({
      outcome: 'fail',
      expected: "the name backend-x86_64-unknown-linux-gnu, which is what Tauri's externalBin looks for",
      observed: 'Its name is backend-linux-x64: "linux-x64" is no target triple.',
      seen: null,
    })
  })

  test('has a word for a dot in a name for Windows', () => {
    expect(judge({ name: 'back.end-x86_64-pc-windows-msvc.exe' })).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(
        /^back\.end-x86_64-pc-windows-msvc\.exe; the shell plugin of Tauri cut /,
      ),
    })
  })

  test.each([
    ['electron', 'Electron'],
    ['wails', 'Wails'],
    ['flutter', 'Flutter'],
  ] as const)('is skipped in an app of %s', (app, name) => {
    expect(judge({ name: 'backend' }, app)).toEqual({
      outcome: 'skipped',
      reason: `${name} apps give their sidecars any name`,
    })
  })
})

describe('artifact/libraries-resolve', () => {
  const judge = (given: Case) => findingOf('artifact/libraries-resolve', evidenceOf({ only: [], ...given }))
  const linked = (libraries: Partial<ArtifactLibraries>): Case => ({
    artifact: { libraries: { needed: [], versions: [], newestGlibc: null, searched: true, ...libraries } },
  })
  const MISSING = linked({ needed: [{ name: 'libgone.so.1', by: null, path: null }] })

  test('passes where all is there, and says what is needed', () => {
    expect(judge({})).toEqual({
      outcome: 'pass',
      observed: '1 library found; it needs GLIBC_2.28, and this machine has GLIBC_2.36',
    })
  })

  test('passes for what needs none', () => {
    expect(judge(linked({}))).toEqual({ outcome: 'pass', observed: 'it needs no library' })
    expect(judge({ artifact: { format: 'script', libraries: null } })).toMatchObject({ outcome: 'pass' })
  })

  test('fails where one is missing', () => {
    expect(judge(MISSING)).toEqual({
      outcome: 'fail',
      expected:
        'its loader, every library that it needs, and the versions that it needs of them, on this machine',
      observed:
        'Not on this machine is libgone.so.1, which it needs. The loader refuses it with exit code 127.',
      seen: null,
    })
  })

  test('fails where the contract names an older C library, which this machine does not have', () => {
    expect(judge({ contract: { libcFloor: 'glibc 2.17' } })).toEqual({
      outcome: 'fail',
      expected: "that it runs with glibc 2.17, which is the contract's floor",
      observed: 'It needs GLIBC_2.28 (symbol versions that are newer: GLIBC_2.28).',
      seen: null,
    })
    expect(judge({ contract: { libcFloor: 'glibc 2.28' } })).toMatchObject({ outcome: 'pass' })
  })

  const MAC = { format: 'mach-o', os: 'macos', nameTriple: null, interpreter: null } as const
  const forMac = (least: string | null, floor: string, on = 'macos'): Case => ({
    artifact: { ...MAC, libraries: null, libc: null, leastMacos: least },
    host: { os: on },
    contract: { macosFloor: floor },
  })

  test('fails where the contract names an older macOS, also where the program cannot be run', () => {
    const failed = {
      outcome: 'fail',
      expected: "that it runs on macOS 12.0, which is the contract's floor",
      observed:
        'It is built for macOS 13.5 and newer: an older one refuses it, or ends it at a symbol that it lacks.',
      seen: null,
    }
    expect(judge(forMac('13.5', '12.0'))).toEqual(failed)
    expect(judge(forMac('13.5', '12.0', 'linux'))).toEqual(failed)
    expect(judge(forMac('13.5', '13.5', 'linux'))).toMatchObject({ outcome: 'blocked' })
    const foreign = { host: { arch: 'arm64' }, contract: { libcFloor: 'glibc 2.17' } }
    expect(judge(foreign)).toMatchObject({ outcome: 'fail' })
  })

  test('says what it could see of the floor where it could not look for libraries', () => {
    expect(judge(forMac('10.15', '12.0'))).toEqual({
      outcome: 'skipped',
      reason:
        "the libraries of programs for macos are not looked for; it says that it runs on macOS 10.15 and newer, which the contract's floor allows",
    })
    expect(judge(forMac(null, '12.0'))).toMatchObject({ reason: expect.stringMatching(/it does not say$/) })
  })

  test('asks of a program for Apple Silicon alone no older macOS than such Macs have', () => {
    const { artifact, ...given } = forMac('11.0', '10.15', 'linux')
    expect(judge({ ...given, artifact: { ...artifact, archs: ['arm64'] } })).toMatchObject({
      outcome: 'blocked',
    })
    expect(
      judge({ ...given, artifact: { ...artifact, archs: ['arm64'], leastMacos: '12.0' } }),
    ).toMatchObject({
      outcome: 'fail',
    })
  })

  test('names what Windows does not bring', () => {
    const names = ['KERNEL32.dll', 'api-ms-win-crt-math-l1-1-0.dll', 'VCRUNTIME140.dll']
    const { artifact } = linked({
      needed: names.map(name => ({ name, by: null, path: null })),
      searched: false,
    })
    const windows = { ...artifact, format: 'pe', os: 'windows', interpreter: null, nameTriple: null } as const
    expect(judge({ artifact: windows, host: { os: 'windows' } })).toEqual({
      outcome: 'skipped',
      reason:
        "the libraries of programs for windows are not looked for; beside the system's it needs VCRUNTIME140.dll",
    })
  })

  test('is skipped where nobody could look', () => {
    expect(judge({ ...MISSING, contract: { env: { LD_LIBRARY_PATH: '/opt/lib' } } })).toEqual({
      outcome: 'skipped',
      reason: 'the contract sets LD_LIBRARY_PATH, where nobody looked',
    })
    const foreign = linked({ needed: [{ name: 'libc.so', by: null, path: null }], searched: false })
    expect(judge(foreign)).toEqual({
      outcome: 'skipped',
      reason: 'where its loader /lib64/ld-linux-x86-64.so.2 looks for libraries is not known',
    })
  })

  test('is skipped on macOS, with the libraries that the system does not bring', () => {
    const needed = ['/usr/lib/libSystem.B.dylib', '/opt/homebrew/lib/libssl.3.dylib'].map(name => ({
      name,
      by: null,
      path: null,
    }))
    const { artifact } = linked({ needed, searched: false })
    const mac = { ...artifact, format: 'mach-o', os: 'macos', interpreter: null, nameTriple: null } as const
    expect(judge({ artifact: mac, host: { os: 'macos' } })).toEqual({
      outcome: 'skipped',
      reason:
        "the libraries of programs for macos are not looked for; beside the system's it needs /opt/homebrew/lib/libssl.3.dylib",
    })
  })

  test('is blocked where the kernel refuses the file', () => {
    expect(judge({ ...MISSING, host: { arch: 'arm64' } })).toEqual({
      outcome: 'blocked',
      by: 'artifact/native-format',
    })
  })
})

describe('artifact/payload', () => {
  const judge = (given: Case) => findingOf('artifact/payload', evidenceOf({ only: [], ...given }))
  const node = (state: ArtifactPayload['state'], bytes: number): Case => ({
    artifact: { payload: { runtime: 'node', version: '24.1.2', state, bytes } },
  })

  test.each([
    ['an application', node('carried', 4096), 'Node v24.1.2 with an application of 4.0 KiB'],
    ['a program of its own', {}, "a program of its own: it shows the marks of no packer's runtime"],
    ['a script', { artifact: { format: 'script' } } as const, 'a script is its own application'],
  ])('passes for %s', (_what, given, observed) => {
    expect(judge(given)).toEqual({ outcome: 'pass', observed })
  })

  test('fails for a bare runtime', () => {
    expect(judge(node('bare', 0))).toEqual({
      outcome: 'fail',
      expected: 'an application inside the runtime that a packer started from',
      observed: 'It is an unmodified Node v24.1.2 executable, with no application inside.',
      seen: null,
    })
  })

  test('is skipped where arguments name the program, and judged where they are options', () => {
    expect(judge({ ...node('bare', 0), contract: { args: ['--no-warnings', 'server.js'] } })).toEqual({
      outcome: 'skipped',
      reason: 'its arguments name the program: server.js',
    })
    expect(judge({ ...node('bare', 0), contract: { args: ['--no-warnings'] } })).toMatchObject({
      outcome: 'fail',
    })
  })

  test('of what needs no program beside it the arguments say nothing', () => {
    const contract = { args: ['--bind', '127.0.0.1'] }
    expect(judge({ contract })).toMatchObject({ outcome: 'pass' })
    expect(judge({ ...node('carried', 4096), contract })).toMatchObject({ outcome: 'pass' })
    expect(judge({ artifact: { format: 'script' }, contract })).toMatchObject({ outcome: 'pass' })
  })

  test('is judged by the file alone where this machine cannot run it, and not where it is damaged', () => {
    expect(judge({ ...node('bare', 0), host: { arch: 'arm64' } })).toMatchObject({ outcome: 'fail' })
    const defects = [{ kind: 'empty' as const, sentence: 'It is empty (0 bytes).' }]
    expect(judge({ artifact: { ...NO_CONTENT, format: 'empty', defects } })).toEqual({
      outcome: 'blocked',
      by: 'artifact/native-format',
    })
    const signature: ArtifactSignature = {
      ...{ kind: 'none', authority: null, hardenedRuntime: null, entitlements: [], pages: null },
    }
    expect(judge({ artifact: { format: 'pe', os: 'windows', signature } })).toMatchObject({ outcome: 'pass' })
    // As recorded before it was read.
    expect(judge({ artifact: { format: 'pe', os: 'windows' } })).toEqual({
      outcome: 'skipped',
      reason: 'what a packer put into a program for windows is not read',
    })
  })
})

describe('artifact/size', () => {
  const judge = (bytes: number) =>
    findingOf(
      'artifact/size',
      evidenceOf({ only: [], artifact: { bytes }, contract: { budgets: { sizeBytes: 50 * 1024 * 1024 } } }),
    )

  test('passes up to the budget', () => {
    expect(judge(50 * 1024 * 1024)).toEqual({ outcome: 'pass', observed: '50.0 MiB of 50.0 MiB' })
  })

  test('fails beyond it, and says by how much', () => {
    expect(judge(52.5 * 1024 * 1024)).toEqual({
      outcome: 'fail',
      expected: 'no more than 50.0 MiB',
      observed: '52.5 MiB, 2.5 MiB too much',
      seen: null,
    })
  })
})
