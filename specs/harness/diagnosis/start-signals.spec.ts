import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

/** On another machine than the one of the usual recordings: with a program for that. */
interface Elsewhere {
  readonly host: Partial<Evidence['host']>
  readonly artifact: Partial<Evidence['artifact']>
}

const MACOS: Elsewhere = {
  host: { kind: 'posix', os: 'macos', arch: 'arm64' },
  artifact: {
    os: 'macos',
    archs: ['arm64'],
    format: 'mach-o',
    libraries: null,
    interpreter: null,
    name: 'backend-aarch64-apple-darwin',
    nameTriple: 'aarch64-apple-darwin',
  },
}

const WINDOWS: Elsewhere = {
  host: { kind: 'windows', os: 'windows', arch: 'x64' },
  artifact: {
    os: 'windows',
    archs: ['x64'],
    format: 'pe',
    libraries: null,
    interpreter: null,
    name: 'backend-x86_64-pc-windows-msvc.exe',
    nameTriple: 'x86_64-pc-windows-msvc',
  },
}

function found(life: Script, on: Partial<Elsewhere> = {}) {
  return diagnosisIn(evidenceOf({ only: [life.leaves()], ...on }), 'start/within-budget')
}

const started = () => aLife('stop-sigterm').isLaunched().after(20)

describe('a signal', () => {
  test.each<[NodeJS.Signals, string]>([
    ['SIGILL', 'instruction-not-known'],
    ['SIGTRAP', 'aborts-at-start'],
    ['SIGABRT', 'aborts-at-start'],
    ['SIGBUS', 'crashes-in-native-code'],
    ['SIGSEGV', 'crashes-in-native-code'],
    ['SIGKILL', 'killed-from-outside'],
    ['SIGPIPE', 'dies-of-a-closed-pipe'],
    ['SIGSYS', 'dies-of-signal-at-start'],
  ])('%s on Linux: %s', (signal, id) => {
    expect(found(started().exits(signal))?.id).toBe(id)
  })

  test.each<[NodeJS.Signals | number, number, string | null, string]>([
    ['SIGKILL', 5, null, 'killed-by-macos-at-launch'],
    [137, 5, null, 'killed-by-macos-at-launch'],
    ['SIGKILL', 5, 'loading the model', 'killed-from-outside'],
    ['SIGKILL', 30_000, null, 'killed-from-outside'],
    ['SIGTRAP', 5, null, 'jit-forbidden-on-macos'],
    [133, 5, null, 'jit-forbidden-on-macos'],
    [138, 5, null, 'crashes-in-native-code'],
  ])('%s on macOS after %i ms, saying %s: %s', (exit, afterMs, words, id) => {
    const life = started().after(afterMs)
    expect(found((words === null ? life : life.logs(words)).exits(exit), MACOS)?.id).toBe(id)
  })
})

describe('a status of Windows', () => {
  test.each([
    [3221225781, 'library-missing', '0xC0000135'],
    [-1073741515, 'library-missing', '0xC0000135'],
    [3221225595, 'library-for-another-machine', '0xC000007B'],
    [3221225785, 'library-of-another-version', '0xC0000139'],
    [3221225794, 'library-does-not-initialise', '0xC0000142'],
    [3221225477, 'crashes-in-native-code', '0xC0000005'],
    [3221226505, 'aborts-at-start', '0xC0000409'],
    [3221225501, 'instruction-not-known', '0xC000001D'],
    [3221225786, 'ended-with-its-console', '0xC000013A'],
    [3221225506, 'launch-blocked-on-windows', '0xC0000022'],
    [3762504530, 'crashes-at-start', '0xE0434352'],
  ])('%i: %s', (code, id, status) => {
    const diagnosis = found(started().exits(code), WINDOWS)
    expect(diagnosis?.id).toBe(id)
    expect(diagnosis?.evidence.join()).toContain(status)
  })

  test('137 is no signal there', () => {
    expect(found(started().exits(137), WINDOWS)?.id).toBe('ends-without-a-word')
  })
})
