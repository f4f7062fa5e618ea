import { describe, expect, test } from 'vitest'
import { CALLER, evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'
import { fails, foundWith, starts } from './starting.ts'

describe('start/empty-environment', () => {
  const none = { variables: [] }

  test.each([
    ['PATH', 'needs-path-variable'],
    ['HOME', 'needs-home-variable'],
    ['TMPDIR', 'needs-temporary-directory-variable'],
    ['SystemRoot', 'needs-system-root-variable'],
  ])('%s alone is enough: %s', (name, id) => {
    const lives = [fails('empty-environment', none), starts('empty-environment.1', { variables: [name] })]
    expect(foundWith('start/empty-environment', lives)?.id).toBe(id)
  })

  test('none alone is enough', () => {
    const lives = [fails('empty-environment', none), fails('empty-environment.1', { variables: ['HOME'] })]
    expect(foundWith('start/empty-environment', lives)).toMatchObject({
      id: 'needs-an-environment',
      evidence: ['it exited with code 1', 'none of these alone was enough: HOME'],
    })
  })

  test('a program that is not found is told by its name', () => {
    const life = fails('empty-environment', none, 'Error: spawn ffmpeg ENOENT')
    expect(foundWith('start/empty-environment', [life])).toMatchObject({
      id: 'program-not-found',
      cause: expect.stringContaining('It starts ffmpeg, '),
    })
  })
})

describe('start/hostile-environment', () => {
  const USUAL = ['HOME', 'PATH', 'TMPDIR']

  test.each([
    ['NODE_OPTIONS', 'obeys-node-options'],
    ['NODE_ENV', 'changed-by-node-env'],
    ['DEBUG', 'talks-under-debug'],
    ['HTTP_PROXY', 'asks-itself-through-proxy'],
    ['LC_ALL', 'needs-utf8-locale'],
    ['TZ', 'stumbles-over-time-zone'],
    ['FORCE_COLOR', 'coloured-under-force-color'],
    ['LD_LIBRARY_PATH', 'loads-inherited-libraries'],
    ['ELECTRON_RUN_AS_NODE', 'obeys-electron-run-as-node'],
    ['PKG_EXECPATH', 'obeys-pkg-execpath'],
  ])('%s alone keeps it from starting: %s', (name, id) => {
    const alone = [
      starts('hostile-environment.1', { variables: [...USUAL, 'AN_OTHER'] }),
      fails('hostile-environment.2', { variables: [...USUAL, name] }),
    ]
    expect(foundWith('start/hostile-environment', [fails('hostile-environment'), ...alone])?.id).toBe(id)
  })

  test('none of them alone does', () => {
    const alone = starts('hostile-environment.1', { variables: [...USUAL, 'DEBUG'] })
    expect(foundWith('start/hostile-environment', [fails('hostile-environment'), alone])?.id).toBe(
      'changed-by-environment',
    )
  })

  test.each([
    ['node: --nope is not allowed in NODE_OPTIONS', 'obeys-node-options'],
    ["UnicodeEncodeError: 'ascii' codec can't encode character '\\xe4'", 'needs-utf8-locale'],
    ['TypeError: String.prototype.startsWith called on null or undefined', 'obeys-pkg-execpath'],
    ['Error: connect ECONNREFUSED 127.0.0.1:9', 'asks-itself-through-proxy'],
    ['backend: symbol lookup error: undefined symbol: x', 'loads-inherited-libraries'],
    ['I cannot work here', 'changed-by-environment'],
  ])('where none was tried alone, "%s" tells: %s', (words, id) => {
    expect(foundWith('start/hostile-environment', [fails('hostile-environment', {}, words)])?.id).toBe(id)
  })
})

describe('start/bare-environment', () => {
  test('names the variable that it names itself, and no value', () => {
    const bare = fails('stop-sigterm', {}, 'KEY_OF_MINE is not set')
    const cured = aLife('stop-sigterm', { conditions: CALLER, variables: ['KEY_OF_MINE', 'OTHER'] })
    const evidence = evidenceOf({
      conditions: CALLER,
      lives: [bare, cured.announces().isReady().stopsOn('SIGTERM')],
    })

    expect(diagnosisIn(evidence, 'start/bare-environment')).toMatchObject({
      id: 'misses-something-of-your-shell',
      cause: 'It needs KEY_OF_MINE, which your shell has and a desktop session has not.',
    })
  })
})

describe('start/bare-environment, with the variables left out by halves', () => {
  const BARE = ['HOME', 'PATH', 'TMPDIR']

  function foundBy(last: Script) {
    const bare = fails('stop-sigterm', { variables: BARE })
    const cured = aLife('stop-sigterm', { conditions: CALLER, variables: [...BARE, 'KEY', 'OTHER'] })
    const evidence = evidenceOf({
      conditions: CALLER,
      lives: [bare, cured.announces().isReady().stopsOn('SIGTERM')],
    })
    return diagnosisIn(
      { ...evidence, lives: [...evidence.lives, last.toRecording()] },
      'start/bare-environment',
    )
  }

  test('one variable was enough', () => {
    expect(foundBy(starts('missing-variable.1', { variables: [...BARE, 'KEY'] }))).toMatchObject({
      id: 'misses-variable-of-your-shell',
      cause: 'It needs KEY, which your shell has and a desktop session has not.',
    })
  })

  test('the PATH was enough', () => {
    expect(foundBy(starts('missing-variable.1', { variables: BARE }))?.id).toBe('misses-program-on-your-path')
  })

  test('none was enough', () => {
    expect(foundBy(fails('missing-variable.1', { variables: [...BARE, 'KEY'] }))?.id).toBe(
      'misses-something-of-your-shell',
    )
  })
})
