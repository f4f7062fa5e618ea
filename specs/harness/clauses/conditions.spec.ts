import { describe, expect, test } from 'vitest'
import type { Conditions } from '../../../harness/recording/recording.ts'
import { CALLER, evidenceOf, findingOf, idsWith, NAMES_ALL } from './evidence.ts'
import { aLife } from './recordings.ts'

const BARE = ['HOME', 'PATH', 'TMPDIR']

describe('conditions cured by the environment of the caller', () => {
  /** A baseline that exits with these words, beside sound lives in the caller's environment. */
  function curedAfter(words: string, variables: readonly string[]) {
    const bare = aLife('stop-sigterm', { variables: BARE }).logs(words).after(70).exits(1).leaves()
    const cured = aLife('stop-sigterm', { conditions: CALLER, variables }).logs('hello').announces(41_000)
    const kind = cured.isReady().isSeen().stopsOn('SIGTERM')
    return evidenceOf({ contract: NAMES_ALL, conditions: CALLER, lives: [bare, kind] })
  }

  test('only start/bare-environment fails, and everything else is judged', () => {
    const evidence = curedAfter('KeyError', [...BARE, 'DATABASE_URL'])
    expect(idsWith('fail', evidence)).toEqual(['start/bare-environment'])
    expect(idsWith('blocked', evidence)).toEqual([])
    expect(idsWith('skipped', evidence)).toEqual([])
  })

  test('names the variables that the sidecar names itself', () => {
    const evidence = curedAfter('KeyError: DATABASE_URL is not set, nor API_KEY', [
      ...BARE,
      'API_KEY',
      'DATABASE',
      'DATABASE_URL',
    ])
    expect(findingOf('start/bare-environment', evidence)).toEqual({
      outcome: 'fail',
      expected: 'it starts with a system PATH, HOME and TMPDIR alone',
      observed:
        'it exited with code 1, 70 ms after its launch, with nothing announced; its last words on stderr: "KeyError: DATABASE_URL is not set, nor API_KEY". With your environment it becomes ready: it misses API_KEY and DATABASE_URL, which it names itself',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 70 },
    })
  })

  test('says where to look when the sidecar names none', () => {
    const evidence = curedAfter('no HOME', [...BARE, 'A', 'B', 'C'])
    expect(findingOf('start/bare-environment', evidence)).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(
        /With your environment it becomes ready: it misses something of your shell: one of its 3 other variables, or a program on its PATH$/,
      ),
    })
  })

  test.each([
    ['a variable', [...BARE, 'API_KEY'], 'it misses API_KEY, with which alone it becomes ready too'],
    ['the PATH', BARE, 'it misses a program on your PATH'],
  ])('names %s that was found by leaving the others out', (_what, variables, said) => {
    const evidence = curedAfter('it broke', [...BARE, 'A', 'API_KEY'])
    const last = aLife('missing-variable.2', { variables }).announces(41_001).isReady().stopsOn('SIGTERM')
    const first = aLife('missing-variable.1', { variables: [...BARE, 'A'] })
      .exits(1)
      .leaves()
    const lives = [...evidence.lives, first.toRecording(), last.toRecording()]
    expect(findingOf('start/bare-environment', { ...evidence, lives })).toMatchObject({
      observed: expect.stringMatching(new RegExp(`With your environment it becomes ready: ${said}$`)),
    })
  })

  test('blames no variable alone where even the last one was not enough', () => {
    const evidence = curedAfter('it broke', [...BARE, 'A', 'B'])
    const last = aLife('missing-variable.2', { variables: [...BARE, 'B'] })
      .exits(1)
      .leaves()
    const lives = [...evidence.lives, last.toRecording()]
    expect(findingOf('start/bare-environment', { ...evidence, lives })).toMatchObject({
      observed: expect.stringContaining('one of its 2 other variables, or a program on its PATH'),
    })
  })

  test('survives variable names that are no words', () => {
    const evidence = curedAfter('it broke (', [...BARE, 'BASH_FUNC_x()', 'ProgramFiles(x86)', '(', '*', '_'])
    expect(findingOf('start/bare-environment', evidence)).toMatchObject({ outcome: 'fail' })
  })

  test('passes for a baseline that came up', () => {
    expect(findingOf('start/bare-environment', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'it started with a system PATH, HOME and TMPDIR',
    })
  })

  test('is blocked by the root cause where nothing cures it', () => {
    const bare = aLife('stop-sigterm').after(70).exits(1).leaves()
    const kind = aLife('stop-sigterm', { conditions: CALLER }).after(70).exits(1).leaves()
    expect(findingOf('start/bare-environment', evidenceOf({ only: [bare, kind] }))).toEqual({
      outcome: 'blocked',
      by: 'start/within-budget',
    })
  })
})

describe('conditions cured by the directory of the caller', () => {
  const DIRECTORY: Conditions = { environment: 'bare', directory: 'caller' }
  const BOTH: Conditions = { environment: 'caller', directory: 'caller' }

  function curedUnder(conditions: Conditions) {
    const bare = aLife('stop-sigterm', { variables: BARE })
      .logs('no such file: .env')
      .after(70)
      .exits(1)
      .leaves()
    const kind = aLife('stop-sigterm', { conditions }).logs('hello').announces(41_000).isReady().isSeen()
    return evidenceOf({ conditions, lives: [bare, kind.stopsOn('SIGTERM')] })
  }

  test('only start/any-directory fails, and names the directory', () => {
    const evidence = curedUnder(DIRECTORY)
    expect(idsWith('fail', evidence)).toEqual(['start/any-directory'])
    expect(findingOf('start/any-directory', evidence)).toMatchObject({
      expected: 'it starts from an empty working directory',
      observed: expect.stringMatching(/"no such file: \.env"\. Launched from \/tmp\/life it becomes ready/),
      seen: { life: 'stop-sigterm' },
    })
  })

  test('where it needs both, start/bare-environment fails and says so', () => {
    const evidence = curedUnder(BOTH)
    expect(idsWith('fail', evidence)).toEqual(['start/bare-environment'])
    expect(findingOf('start/bare-environment', evidence)).toMatchObject({
      observed: expect.stringContaining('With your environment, in your directory, it becomes ready'),
    })
  })
})
