import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Script } from '../clauses/recordings.ts'
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

describe('a launch that the system refuses', () => {
  test.each([
    ['ENOENT', 'launch-finds-no-file'],
    ['EACCES', 'launch-forbidden'],
    ['ETXTBSY', 'launch-busy'],
    ['ENOEXEC', 'launch-foreign-format'],
    ['Unknown system error -86', 'launch-foreign-format'],
    ['UNKNOWN', 'launch-blocked-on-windows'],
    ['EAGAIN', 'launch-out-of-resources'],
    ['EINVAL', 'launch-failed'],
  ])('%s: %s', (code, id) => {
    const life = aLife('stop-sigterm').launchFails(code, `spawn /app/backend ${code}`)
    expect(found(life)).toMatchObject({ id, evidence: [`${code}: spawn /app/backend ${code}`] })
  })
})

describe('an exit code', () => {
  test.each([
    [0, 'ends-instead-of-serving'],
    [9, 'node-options-refused'],
    [13, 'unsettled-await'],
    [126, 'starts-what-is-not-executable'],
    [127, 'starts-what-is-not-there'],
    [132, 'instruction-not-known'],
    [133, 'aborts-at-start'],
    [134, 'aborts-at-start'],
    [135, 'crashes-in-native-code'],
    [136, 'crashes-in-native-code'],
    [137, 'killed-from-outside'],
    [139, 'crashes-in-native-code'],
    [141, 'dies-of-a-closed-pipe'],
    [143, 'dies-of-signal-at-start'],
    [1, 'ends-without-a-word'],
    [53, 'ends-without-a-word'],
  ])('%i, with no word: %s', (code, id) => {
    expect(found(started().exits(code))?.id).toBe(id)
  })

  test.each([
    [1, 'usage: backend [-h] --port PORT', 'arguments-refused'],
    [2, 'backend: error: unrecognized arguments: --multiprocessing-fork', 'arguments-refused'],
    [2, './backend: 1: Syntax error: "(" unexpected', 'run-by-a-shell'],
    [2, 'the licence has run out', 'gives-up-at-start'],
    [1, 'the licence has run out', 'gives-up-at-start'],
  ])('%i, with "%s": %s', (code, words, id) => {
    expect(found(started().logs(words).exits(code))?.id).toBe(id)
  })

  test('0, with a process left behind: it went into the background', () => {
    const life = started()
      .exits(0)
      .leaves({ processes: [aProcess(700)] })
    expect(diagnosisIn(evidenceOf({ only: [life] }), 'start/within-budget')?.id).toBe('went-into-background')
  })
})

describe('an exception that nobody catches', () => {
  test.each([
    ['Node', ['Error: no such table: settings', '    at open (/app/db.js:3:9)', '', 'Node.js v24.21.0']],
    [
      'Python',
      [
        'Traceback (most recent call last):',
        '  File "app.py", line 1, in <module>',
        'RuntimeError: no such table: settings',
      ],
    ],
    ['Go', ['panic: no such table: settings', '', 'goroutine 1 [running]:']],
    ['Rust', ["thread 'main' (26171) panicked at src/main.rs:1:5:", 'no such table: settings']],
    ['the JVM', ['Exception in thread "main" java.lang.IllegalStateException: no such table: settings']],
  ])('of %s is told with its message', (_runtime, lines) => {
    const life = lines.reduce((script, line) => script.logs(line), started())
    const diagnosis = found(life.exits(1))
    expect(diagnosis?.id).toBe('crashes-at-start')
    expect(diagnosis?.evidence.join()).toContain('no such table: settings')
  })

  test('after the first request was sent is another thing', () => {
    const life = started().announces().isAsked('first', { fails: 'ECONNRESET' }).after(2).exits(1)
    expect(found(life)?.id).toBe('ends-at-first-request')
  })
})

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

test('one that was ready in another life starts only sometimes', () => {
  const life = aLife('stop-sigint').logs('the licence server is busy').exits(1).leaves()
  const found = diagnosisIn(evidenceOf({ lives: [life] }), 'start/within-budget')

  expect(found).toMatchObject({ id: 'starts-only-sometimes' })
  expect(found?.evidence[0]).toMatch(/^stop-sigterm was ready after /)
})
