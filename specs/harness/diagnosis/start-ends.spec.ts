import { describe, expect, test } from 'vitest'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

function found(life: Script) {
  return diagnosisIn(evidenceOf({ only: [life.leaves()] }), 'start/within-budget')
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

test('one that was ready in another life starts only sometimes', () => {
  const life = aLife('stop-sigint').logs('the licence server is busy').exits(1).leaves()
  const found = diagnosisIn(evidenceOf({ lives: [life] }), 'start/within-budget')

  expect(found).toMatchObject({ id: 'starts-only-sometimes' })
  expect(found?.evidence[0]).toMatch(/^stop-sigterm was ready after /)
})
