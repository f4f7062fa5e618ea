import { describe, expect, test } from 'vitest'
import { NO_CONTENT } from '../../../harness/artifact/description.ts'
import { evidenceOf, findingOf } from './evidence.ts'

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
