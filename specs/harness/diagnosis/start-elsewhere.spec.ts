import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { CALLER, type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Launch, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

function found(id: ClauseId, lives: readonly Script[], given: Case = {}) {
  return diagnosisIn(evidenceOf({ lives, ...given }), id)
}

/** One that ends at once, and one that becomes ready. */
function fails(id: string, launch: Partial<Launch> = {}, words = 'I cannot work here'): Script {
  return aLife(id, launch).logs(words).after(30).exits(1).leaves()
}
function starts(id: string, launch: Partial<Launch> = {}): Script {
  return aLife(id, launch).announces().isReady().stopsOn('SIGTERM')
}

describe('start/any-path', () => {
  const PLACES = {
    1: '/x/my sidecar/backend',
    2: "/x/o'neill/backend",
    3: '/x/Björn-例/backend',
    4: '/x/elsewhere/backend',
  }

  test.each<[readonly (1 | 2 | 3 | 4)[], string]>([
    [[1, 3], 'path-taken-for-url'],
    [[1, 2, 3], 'path-taken-for-url'],
    [[1, 2], 'path-split-by-shell'],
    [[1], 'path-split-by-shell'],
    [[2], 'path-split-by-shell'],
    [[3], 'path-not-decoded'],
    [[], 'path-not-handled'],
    [[1, 2, 3, 4], 'misses-files-beside-it'],
  ])('failing in %j of a space, an apostrophe, a letter, no oddity: %s', (failing, id) => {
    const lives = ([1, 2, 3, 4] as const).map(each => {
      const launch = { file: PLACES[each] }
      return failing.includes(each) ? fails(`odd-path.${each}`, launch) : starts(`odd-path.${each}`, launch)
    })
    expect(found('start/any-path', [fails('odd-path'), ...lives])?.id).toBe(id)
  })

  test.each([
    ["Error: ENOENT: no such file or directory, open '/x/my%20sidecar/data.json'", 'path-taken-for-url'],
    ['sh: 1: Syntax error: Unterminated quoted string', 'path-split-by-shell'],
    ["UnicodeEncodeError: 'ascii' codec can't encode character '\\xf6' in position 3", 'path-not-decoded'],
    ['I cannot work here', 'path-not-handled'],
  ])('where each alone was not tried, "%s" tells: %s', (words, id) => {
    expect(found('start/any-path', [fails('odd-path', {}, words)])?.id).toBe(id)
  })
})

describe('start/empty-environment', () => {
  const none = { variables: [] }

  test.each([
    ['PATH', 'needs-path-variable'],
    ['HOME', 'needs-home-variable'],
    ['TMPDIR', 'needs-temporary-directory-variable'],
    ['SystemRoot', 'needs-system-root-variable'],
  ])('%s alone is enough: %s', (name, id) => {
    const lives = [fails('empty-environment', none), starts('empty-environment.1', { variables: [name] })]
    expect(found('start/empty-environment', lives)?.id).toBe(id)
  })

  test('none alone is enough', () => {
    const lives = [fails('empty-environment', none), fails('empty-environment.1', { variables: ['HOME'] })]
    expect(found('start/empty-environment', lives)).toMatchObject({
      id: 'needs-an-environment',
      evidence: ['it exited with code 1', 'none of these alone was enough: HOME'],
    })
  })

  test('a program that is not found is told by its name', () => {
    const life = fails('empty-environment', none, 'Error: spawn ffmpeg ENOENT')
    expect(found('start/empty-environment', [life])).toMatchObject({
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
    expect(found('start/hostile-environment', [fails('hostile-environment'), ...alone])?.id).toBe(id)
  })

  test('none of them alone does', () => {
    const alone = starts('hostile-environment.1', { variables: [...USUAL, 'DEBUG'] })
    expect(found('start/hostile-environment', [fails('hostile-environment'), alone])?.id).toBe(
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
    expect(found('start/hostile-environment', [fails('hostile-environment', {}, words)])?.id).toBe(id)
  })
})

describe('start/read-only-directory', () => {
  test('ready where it may write its working directory: it writes there', () => {
    const lives = [fails('read-only'), starts('read-only.1')]
    expect(found('start/read-only-directory', lives)?.id).toBe('writes-into-working-directory')
  })

  test('not ready there either: it writes beside itself', () => {
    expect(found('start/read-only-directory', [fails('read-only'), fails('read-only.1')])?.id).toBe(
      'writes-beside-itself',
    )
  })
})

describe('start/any-directory', () => {
  test('from / the system says that it may not write', () => {
    const life = fails('from-root', { directory: '/' }, "Error: EACCES: permission denied, mkdir '/logs'")
    expect(found('start/any-directory', [life])?.id).toBe('writes-into-working-directory')
  })

  test('from / for no reason of the system', () => {
    expect(found('start/any-directory', [fails('from-root', { directory: '/' })])?.id).toBe(
      'refuses-root-directory',
    )
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

  function foundWith(last: Script) {
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
    expect(foundWith(starts('missing-variable.1', { variables: [...BARE, 'KEY'] }))).toMatchObject({
      id: 'misses-variable-of-your-shell',
      cause: 'It needs KEY, which your shell has and a desktop session has not.',
    })
  })

  test('the PATH was enough', () => {
    expect(foundWith(starts('missing-variable.1', { variables: BARE }))?.id).toBe(
      'misses-program-on-your-path',
    )
  })

  test('none was enough', () => {
    expect(foundWith(fails('missing-variable.1', { variables: [...BARE, 'KEY'] }))?.id).toBe(
      'misses-something-of-your-shell',
    )
  })
})

describe('start/any-stdin', () => {
  test('it ends, with 0, when it was ready', () => {
    const life = aLife('null-stdin').announces().isReady().after(5).exits(0).leaves()
    expect(found('start/any-stdin', [life])?.id).toBe('ends-with-its-stdin')
  })

  test('Python says that it wanted to read', () => {
    const life = fails('null-stdin', { stdin: 'null' }, 'EOFError: EOF when reading a line')
    expect(found('start/any-stdin', [life])?.id).toBe('reads-stdin-at-start')
  })

  test('it stays up, and never becomes ready', () => {
    const life = aLife('null-stdin').isLate('announcement').isSeen({ listeners: [] }).isSent('SIGTERM')
    expect(found('start/any-stdin', [life.exits(0).leaves()])?.id).toBe('needs-an-open-stdin')
  })
})

describe('start/bounded-tree', () => {
  const crowd = (command: (index: number) => string) => {
    const processes = Array.from({ length: 40 }, (_, index) => aProcess(500 + index, command(index)))
    return [aLife('stop-sigterm').isSeen({ processes, listeners: [] }).bursts(40, 32)]
  }

  test('of its own program over and over', () => {
    const lives = crowd(() => '/app/backend --multiprocessing-fork')
    expect(diagnosisIn(evidenceOf({ only: lives }), 'start/bounded-tree')).toMatchObject({
      id: 'starts-itself',
      evidence: ['40 of 40 processes are /app/backend'],
    })
  })

  test('of another program', () => {
    const lives = crowd(index => (index === 0 ? '/app/backend' : '/usr/bin/worker 1'))
    expect(diagnosisIn(evidenceOf({ only: lives }), 'start/bounded-tree')).toMatchObject({
      id: 'too-many-processes',
      evidence: [expect.any(String), '1 × /app/backend', '39 × /usr/bin/worker'],
    })
  })
})

describe('start/no-litter', () => {
  test.each([
    ['_MEIab12cd/libpython3.so', 'temporary directory', 'leaves-what-pyinstaller-unpacked'],
    ['node-compile-cache/v24.21.0-x64/abc', 'temporary directory', 'leaves-compile-cache'],
    ['upload-1', 'temporary directory', 'leaves-temporary-files'],
    ['app.log', 'working directory', 'leaves-files-in-working-directory'],
  ] as const)('%s in the %s: %s', (path, where, id) => {
    const life = aLife('stop-sigterm')
      .announces()
      .isReady()
      .isSeen()
      .after(8)
      .isSent('SIGTERM')
      .after(5)
      .exits(0)
    const lives = [life.litters([{ path, where, bytes: 1 }]).leaves()]
    expect(found('start/no-litter', lives)?.id).toBe(id)
  })
})
