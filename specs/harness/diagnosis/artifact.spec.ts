import { describe, expect, test } from 'vitest'
import type { ArtifactDefect, ArtifactDescription } from '../../../harness/artifact/description.ts'
import type { TargetFile } from '../../../harness/artifact/target-file.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { ARTIFACT, evidenceOf } from '../clauses/evidence.ts'
import { diagnosisIn } from './diagnosed.ts'

const MACOS: Partial<Evidence['host']> = { kind: 'posix', os: 'macos', arch: 'arm64' }

function inFormat(artifact: Partial<ArtifactDescription>, host: Partial<Evidence['host']> = {}) {
  return diagnosisIn(evidenceOf({ artifact, host, only: [] }), 'artifact/native-format')
}

describe('artifact/native-format', () => {
  test.each<[ArtifactDefect['kind'], string | null, string]>([
    ['empty', 'an empty file', 'empty-file'],
    ['not-a-program', 'a Git LFS pointer', 'git-lfs-pointer'],
    ['not-a-program', 'an HTML page: <!doctype html>', 'saved-error-page'],
    ['not-a-program', 'a JSON document: {"message":"Not Found"}', 'saved-error-page'],
    ['not-a-program', 'a gzip archive', 'still-packed'],
    ['not-a-program', 'an xz archive', 'still-packed'],
    ['not-a-program', 'a Debian package', 'still-packed'],
    ['not-a-program', 'a Mach-O object file', 'no-program'],
    ['text-without-shebang', 'text: "echo"', 'script-without-shebang'],
    ['shebang-crlf', null, 'shebang-crlf'],
    ['shebang-empty', null, 'interpreter-missing'],
    ['interpreter-missing', null, 'interpreter-missing'],
    ['truncated', 'a truncated ELF file', 'cut-off'],
    ['damaged-header', 'a damaged ELF file', 'damaged-header'],
  ])('%s, resembling %s: %s', (kind, resembles, id) => {
    expect(inFormat({ defects: [{ kind, sentence: 'It is broken.' }], resembles })?.id).toBe(id)
  })

  test('unsigned on Apple Silicon, and only there', () => {
    const artifact: Partial<ArtifactDescription> = {
      format: 'mach-o',
      os: 'macos',
      archs: ['arm64'],
      libraries: null,
      interpreter: null,
      defects: [{ kind: 'unsigned', sentence: 'It carries no code signature.' }],
    }
    expect(inFormat(artifact, MACOS)?.id).toBe('unsigned-for-apple-silicon')
    expect(inFormat(artifact)?.id).toBe('built-for-another-system')
  })

  test('changed after it was signed, on Apple Silicon', () => {
    const artifact: Partial<ArtifactDescription> = {
      ...{ format: 'mach-o', os: 'macos', archs: ['arm64'], libraries: null, interpreter: null },
      defects: [{ kind: 'broken-signature', sentence: 'It was changed.' }],
    }
    expect(inFormat(artifact, MACOS)?.id).toBe('changed-after-signing')
  })

  test('for another processor', () => {
    expect(inFormat({ archs: ['arm64'], machine: 'e_machine 183 (AArch64)' })).toMatchObject({
      id: 'built-for-another-processor',
      evidence: ['it is for e_machine 183 (AArch64), and this machine is x64'],
    })
  })

  test('sound here, and named after another target', () => {
    const name = 'backend-aarch64-unknown-linux-gnu'
    expect(inFormat({ name, nameTriple: 'aarch64-unknown-linux-gnu' })?.id).toBe('name-and-content-disagree')
  })

  test('a script on Windows is not for this machine', () => {
    const script: Partial<ArtifactDescription> = { format: 'script', os: null, archs: [], nameTriple: null }
    expect(inFormat(script, { kind: 'windows', os: 'windows', arch: 'x64' })?.id).toBe('not-for-this-machine')
  })
})

describe('the files of other targets', () => {
  const target = (triple: string, artifact: Partial<ArtifactDescription> | null): TargetFile => {
    const name = `backend-${triple}`
    const own = { path: `/opt/${name}`, name, nameTriple: triple }
    return {
      triple,
      name,
      problem: null,
      nearest: null,
      artifact: artifact && { ...ARTIFACT, ...own, ...artifact },
    }
  }
  const among = (id: ClauseId, ...targets: TargetFile[]) =>
    diagnosisIn({ ...evidenceOf({ only: [] }), targets }, id)
  const macho: Partial<ArtifactDescription> = {
    ...{ format: 'mach-o', os: 'macos', libc: null, interpreter: null, libraries: null },
    ...{ archs: ['x64'], triple: 'x86_64-apple-darwin', machine: 'cputype 0x1000007 (X86_64)' },
  }

  test('one that is for another target is told as that, and not as one that this machine does not run', () => {
    expect(among('artifact/native-format', target('aarch64-apple-darwin', macho))).toMatchObject({
      id: 'target-built-for-another',
      evidence: [
        'backend-aarch64-apple-darwin: Its name says aarch64-apple-darwin, but its header says x86_64-apple-darwin.',
      ],
    })
  })

  test('what is wrong with one is told as it would be on its own machine', () => {
    const defects: ArtifactDefect[] = [{ kind: 'unsigned', sentence: 'It carries no code signature.' }]
    const unsigned = { ...macho, archs: ['arm64'], triple: 'aarch64-apple-darwin', defects }
    expect(among('artifact/native-format', target('aarch64-apple-darwin', unsigned))?.id).toBe(
      'unsigned-for-apple-silicon',
    )
    const mode = target('aarch64-apple-darwin', { ...macho, mode: 0o644 })
    expect(among('artifact/executable', mode)).toMatchObject({
      id: 'execute-bit-lost',
      evidence: ['mode 0644'],
    })
  })

  test('one that is missing', () => {
    expect(among('artifact/triple-name', target('x86_64-apple-darwin', null))).toMatchObject({
      id: 'target-missing',
      evidence: ['missing: backend-x86_64-apple-darwin'],
    })
  })
})

describe('artifact/payload', () => {
  test.each([
    ['node', 'bare', 'bare-runtime'],
    ['bun', 'unlinked', 'payload-unlinked'],
    ['node', 'lost', 'payload-lost'],
    ['pyinstaller', 'bare', 'bare-runtime'],
  ] as const)('%s that is %s: %s', (runtime, state, id) => {
    const payload = { runtime, state, version: '1.0.0', bytes: null }
    const evidence = evidenceOf({ artifact: { payload }, only: [] })
    expect(diagnosisIn(evidence, 'artifact/payload')?.id).toBe(id)
  })

  test('is mended in the words of its packer', () => {
    const payload = { runtime: 'bun', state: 'unlinked', version: null, bytes: null } as const
    expect(diagnosisIn(evidenceOf({ artifact: { payload }, only: [] }), 'artifact/payload')?.fix).toContain(
      '`strip`',
    )
  })
})

describe('artifact/libraries-resolve', () => {
  const needing = (libraries: Partial<NonNullable<ArtifactDescription['libraries']>>, contract = {}) => {
    const found = {
      ...ARTIFACT.libraries,
      needed: [],
      versions: [],
      newestGlibc: 'GLIBC_2.36',
      searched: true,
      ...libraries,
    }
    return diagnosisIn(
      evidenceOf({ artifact: { libraries: found }, contract, only: [] }),
      'artifact/libraries-resolve',
    )
  }

  test('a library that is nowhere', () => {
    expect(needing({ needed: [{ name: 'libfoo.so.1', by: null, path: null }] })).toMatchObject({
      id: 'library-missing',
      evidence: ['libfoo.so.1, which it needs, is nowhere'],
    })
  })

  test('a newer libc than here, and than the floor', () => {
    const asked = { by: null, library: 'libc.so.6', names: ['GLIBC_2.38'] }
    expect(needing({ versions: [{ ...asked, lacking: ['GLIBC_2.38'] }] })?.id).toBe('needs-newer-libc')
    const above = needing({ versions: [{ ...asked, lacking: [] }] }, { libcFloor: 'glibc 2.31' })
    expect(above?.id).toBe('needs-newer-libc')
    expect(above?.evidence).toContain("the contract's floor is glibc 2.31")
  })

  test('a newer libc than the floor, in a program for another machine', () => {
    const versions = [{ by: null, library: 'libc.so.6', names: ['GLIBC_2.38'], lacking: [] }]
    const libraries = { needed: [], versions, newestGlibc: null, searched: false }
    const interpreter = { path: '/lib/ld-linux-aarch64.so.1', argument: null, exists: false }
    const evidence = evidenceOf({
      artifact: { libraries, interpreter, archs: ['arm64'] },
      contract: { libcFloor: 'glibc 2.31' },
      only: [],
    })
    expect(diagnosisIn(evidence, 'artifact/libraries-resolve')?.id).toBe('needs-newer-libc')
  })

  test('a newer macOS than the floor', () => {
    const evidence = evidenceOf({
      artifact: { format: 'mach-o', os: 'macos', libraries: null, interpreter: null, leastMacos: '13.5' },
      contract: { macosFloor: '11.0' },
      only: [],
    })
    expect(diagnosisIn(evidence, 'artifact/libraries-resolve')).toMatchObject({
      id: 'needs-newer-macos',
      evidence: [expect.stringContaining('macOS 13.5'), "the contract's floor is macOS 11.0"],
    })
  })
})

test('a sound file has none of these', () => {
  const evidence = evidenceOf()
  for (const id of [
    'artifact/executable',
    'artifact/native-format',
    'artifact/payload',
    'artifact/size',
  ] as const) {
    expect(diagnosisIn(evidence, id)).toBeNull()
  }
})
