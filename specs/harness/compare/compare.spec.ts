import { describe, expect, test } from 'vitest'
import { loopback } from '../clauses/recordings.ts'
import { BROKEN, blockedBy } from '../report/verdicts.ts'
import { compareWith, type Given, told } from './sides.ts'

const body = { status: 'ok', app: 'backend', version: '1.0.0' }

describe('two sides', () => {
  test('that are alike do not differ', () => {
    const comparison = compareWith({})

    expect(told(comparison)).toEqual([])
    expect(comparison).toMatchObject({ isSameFile: true, sideBySide: true, notes: [] })
    expect(comparison.measures.map(({ metric, finding }) => [metric, finding])).toEqual([
      ['announcedMs', 'within'],
      ['readyMs', 'within'],
      ['stopMs', 'within'],
      ['residentBytes', 'within'],
    ])
  })

  test.each<[string, Given, [string, string | RegExp][]]>([
    [
      'a start that takes 30 % longer',
      { startMs: 96 },
      [
        ['regression', /^announced: 10\d ms → 13\d ms from launch to announcement, slower by 3\d ms \(3\d/],
        ['regression', /^ready: 10\d ms → 1[34]\d ms from launch to the first good answer, slower by 3\d ms/],
      ],
    ],
    ['a start that takes 3 % longer', { startMs: 63 }, []],
    [
      'a stop that takes longer',
      { stopMs: 40 },
      [['regression', /^stopped: 20 ms → 41 ms .*, slower by 20/]],
    ],
    ['a stop that is quicker', { stopMs: 10 }, [['improvement', /^stopped: 20 ms → 10 ms .*, faster by 10/]]],
    [
      'more memory',
      { residentMib: 70 },
      [['regression', /^memory: 60\.\d MiB → 7\d\.\d MiB resident when ready, more/]],
    ],
    ['a file that is 9 % larger', { artifact: { bytes: 54.5 * 1024 * 1024 } }, []],
    ['a little more memory', { residentMib: 62 }, []],
    [
      'one more line on stdout',
      { says: life => life.writes('stdout', 'faulty-twin 1.0.0\n') },
      [['regression', '"faulty-twin 1.0.0" on stdout is new: in 12 of 12 lives']],
    ],
    [
      'a line on stdout that its contract allows',
      {
        contract: { logs: { stdout: [/^progress 1 of 3$/] } },
        says: life => life.writes('stdout', 'progress 1 of 3\n'),
      },
      [['change', '"progress 1 of 3" on stdout is new: in 12 of 12 lives']],
    ],
    [
      'lines of which its contract allows one alone',
      {
        contract: { logs: { stdout: [/^progress 1 of 3$/] } },
        says: life => life.writes('stdout', 'progress 1 of 3\nprogress 2 of 3\n'),
      },
      [['regression', '"progress {n} of {n}" on stdout is new: in 12 of 12 lives, 2 times in each']],
    ],
    [
      'one more line on stderr',
      { says: (life, index) => life.logs(`loaded ${index} modules`) },
      [['change', '"loaded {n} modules" on stderr is new: in 12 of 12 lives']],
    ],
    [
      'more of the same lines',
      { says: life => life.logs('listening on 1').logs('listening on 2') },
      [['change', '"listening on {n}" on stderr is new: in 12 of 12 lives, 2 times in each']],
    ],
    [
      'a line whose words are new in every life',
      { says: (life, index) => life.logs(`hello ${'abcdefghijkl'[index]}`) },
      [['change', 'lines on stderr: 1 → 2 in a life']],
    ],
    [
      'a line that comes now and then',
      { says: (life, index) => (index % 3 === 0 ? life.logs('slow') : life) },
      [],
    ],
    [
      'one more listener',
      { listens: port => [loopback(port), loopback(9229)] },
      [['regression', 'a listener on 127.0.0.1:9229 is new: in 12 of 12 lives']],
    ],
    [
      'one more listener, whose port is another in every life',
      { listens: port => [loopback(port), loopback(port + 1000)] },
      [['regression', 'a listener on 127.0.0.1:{any} is new: in 12 of 12 lives']],
    ],
    [
      'how often it becomes ready',
      { unready: 10 },
      [['regression', 'it became ready in 2 of 12 lives, and in 12 of 12 before']],
    ],
    ['that it does not become ready once', { unready: 1 }, []],
    [
      'that it never becomes ready',
      { unready: 2, lives: 2 },
      [['regression', 'the new one did not become ready, so nothing was measured of either']],
    ],
    [
      'that it has to be killed',
      { hanging: 12 },
      [['regression', 'it ended by itself when it was told to in 0 of 12 lives, and in 12 of 12 before']],
    ],
    [
      'another address',
      { listens: port => [loopback(port, '::1')] },
      [
        ['regression', 'a listener on [::1]:{port} is new: in 12 of 12 lives'],
        ['change', 'a listener on 127.0.0.1:{port} is gone: it was there in 12 of 12 lives'],
      ],
    ],
  ])('differ in %s', (_what, given, expected) => {
    const comparison = compareWith(given)

    expect(told(comparison)).toEqual(
      expected.map(([kind, sentence]) => [
        kind,
        typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
      ]),
    )
  })

  test.each<[string, (index: number) => unknown, [string, string][]]>([
    ['the same body', () => body, []],
    [
      'a value that is another',
      () => ({ ...body, version: '1.1.0' }),
      [['change', '"version" of the health body: "1.0.0" → "1.1.0"']],
    ],
    ['a value that is new in every life', index => ({ ...body, version: `1.1.${index}` }), []],
    [
      'a key that is gone',
      () => ({ status: 'ok', app: 'backend' }),
      [['regression', '"version" of the health body is gone: it was there in 12 of 12 lives']],
    ],
    [
      'a key that is new',
      () => ({ ...body, pid: 1 }),
      [['change', '"pid" of the health body is new: in 12 of 12 lives']],
    ],
    [
      'a key of another type',
      () => ({ ...body, version: 1 }),
      [
        ['regression', '"version" of the health body: string → number'],
        ['change', '"version" of the health body: "1.0.0" → 1'],
      ],
    ],
  ])('differ in their health: %s', (_what, now, expected) => {
    expect(told(compareWith({ body: now }, { body: () => body }))).toEqual(expected)
  })

  test('differ in their files', () => {
    const libraries = {
      needed: [
        { name: 'libc.so.6', by: null, path: null },
        { name: 'libssl.so.3', by: null, path: null },
      ],
      versions: [
        { by: null, library: 'libc.so.6', names: ['GLIBC_2.28', 'GLIBC_2.9', 'GLIBC_2.34'], lacking: [] },
      ],
      newestGlibc: 'GLIBC_2.36',
      searched: true,
    }
    const payload = { runtime: 'node', version: '24.21.0', state: 'carried', bytes: 1 } as const
    const artifact = { libraries, payload, sha256: 'cd'.repeat(32), bytes: 57 * 1024 * 1024 }
    const there = compareWith({ artifact })
    const back = compareWith({}, { artifact })

    expect(there.isSameFile).toBe(false)
    expect(told(there)).toEqual([
      ['regression', 'it needs the library libssl.so.3 now: systems that lack it cannot start it'],
      ['regression', 'least glibc: 2.28 → 2.34: systems with an older one no longer start it'],
      ['change', 'runtime: none → node 24.21.0'],
      ['change', 'size: 50.0 MiB → 57.0 MiB (+14 %)'],
    ])
    expect(told(back)).toEqual([
      ['change', 'runtime: node 24.21.0 → none'],
      ['change', 'size: 57.0 MiB → 50.0 MiB (−12 %)'],
      ['improvement', 'it no longer needs the library libssl.so.3'],
      ['improvement', 'least glibc: 2.34 → 2.28: it starts on older systems'],
    ])
  })

  test('do not differ in libraries where one is a script, which needs none', () => {
    expect(told(compareWith({ artifact: { format: 'script', triple: null, libraries: null } }))).toEqual([
      ['change', 'target: x86_64-unknown-linux-gnu → script'],
    ])
  })
})

describe('the clauses', () => {
  test('that no longer hold are a regression, and those that do now an improvement', () => {
    const there = compareWith({ found: { 'stop/sigint': BROKEN } })
    const back = compareWith({}, { found: { 'stop/sigint': BROKEN } })

    expect(told(there)).toEqual([['regression', 'stop/sigint: pass → fail: something else']])
    expect(told(back)).toEqual([['improvement', expect.stringMatching(/^stop\/sigint: fail → pass: /)]])
    expect(there.differences[0]).toMatchObject({ topic: 'clauses', clauses: ['stop/sigint'] })
  })

  test('that one failure blocks are told in one sentence', () => {
    const ids = ['stop/sigint', 'stop/sigterm', 'health/schema'] as const
    const found = { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', [...ids]) }

    expect(told(compareWith({ found }))).toEqual([
      ['regression', 'start/within-budget: pass → fail: something else'],
      ['regression', '3 clauses: pass → blocked by start/within-budget'],
    ])
    expect(told(compareWith({}, { found })).map(([kind]) => kind)).toEqual(['improvement', 'improvement'])
  })

  test('that come and go are no regression', () => {
    const comparison = compareWith({
      found: { 'stop/sigint': BROKEN },
      further: { 'stop/sigint': ['pass', 'fail'] },
    })

    expect(told(comparison)).toEqual([
      [
        'change',
        'stop/sigint comes and goes: it held in 1 of 1 gates of the old one, and in 1 of 3 gates of the new one',
      ],
    ])
  })

  test('that were judged of one alone are noted, and no difference', () => {
    const comparison = compareWith({ clauses: ['stop/sigint'] }, { clauses: ['stop/sigint', 'stop/sigterm'] })

    expect(told(comparison)).toEqual([])
    expect(comparison.notes).toEqual(['judged of the old one alone: stop/sigterm'])
  })
})

describe('too little is known', () => {
  test('of fewer than nine lives', () => {
    const comparison = compareWith({ lives: 8, startMs: 600, says: life => life.logs('new') }, { lives: 8 })

    expect(told(comparison)).toEqual([])
    expect(comparison.measures.map(({ finding }) => finding)).toEqual(Array(4).fill('too few'))
    expect(comparison.notes).toEqual([
      expect.stringMatching(
        /^too few lives to tell: 8 that can be compared, and 9 on each side are the least/,
      ),
    ])
  })

  test('of times where both were recorded apart', () => {
    const comparison = compareWith({ startMs: 600, session: 'another' })

    expect(told(comparison)).toEqual([])
    expect(comparison).toMatchObject({ sideBySide: false })
    expect(comparison.notes).toEqual([expect.stringMatching(/^times and memory are told and not judged/)])
  })

  test('of one that became ready only sometimes', () => {
    const comparison = compareWith({ unready: 3 })

    expect(comparison.new.lives).toHaveLength(9)
    expect(comparison.notes).toEqual(['the new one became ready in 9 of 12 lives'])
  })

  test('of gates: their lives are compared by twos', () => {
    const comparison = compareWith(
      { session: null, lives: 14, says: life => life.writes('stdout', 'hello\n') },
      { session: null, lives: 10 },
    )

    expect([comparison.old.lives.length, comparison.new.lives.length]).toEqual([10, 10])
    expect(told(comparison)).toEqual([['regression', '"hello" on stdout is new: in 10 of 10 lives']])
  })
})
