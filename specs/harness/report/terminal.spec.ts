import { PassThrough } from 'node:stream'
import { WriteStream } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import { CATALOGUE, CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { renderTerminal, type TerminalOptions } from '../../../harness/report/terminal.ts'
import type { Case } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor, verdictOn } from './verdicts.ts'

const ESCAPE = '\u001B'
const BY_DEFAULT = CLAUSE_IDS.filter(id => CATALOGUE[id].level !== 'may')

/** A stream that is no terminal, or says that it is one of 256 colours. */
function aStream({ isTTY }: { isTTY: boolean }): NodeJS.WriteStream {
  const { getColorDepth } = WriteStream.prototype
  return Object.assign(
    new PassThrough(),
    isTTY ? { isTTY, getColorDepth } : {},
  ) as unknown as NodeJS.WriteStream
}

function render(given: Found = {}, options: TerminalOptions & { isTTY?: boolean } = {}): string {
  return renderVerdict(undiagnosed(verdictFor(given)), options)
}

function renderVerdict(verdict: Verdict, options: TerminalOptions & { isTTY?: boolean } = {}): string {
  return renderTerminal(runOf(verdict), aStream({ isTTY: options.isTTY ?? false }), options)
}

/** What these findings of nothing real would be taken for is the catalogue's affair. */
function undiagnosed(verdict: Verdict): Verdict {
  return { ...verdict, clauses: verdict.clauses.map(clause => ({ ...clause, diagnosis: null })) }
}

// Whatever the shell of these specs has.
beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI', 'TERM'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('TERM', 'xterm-256color')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const at = (life: string, sinceLaunchMs: number) => ({ life, sinceLaunchMs })

/** Something of everything. */
const MIXED: Found = {
  contract: { waive: { 'net/loopback-only': 'the phone app, see docs/lan.md', 'stop/killed': 'a leftover' } },
  found: {
    'logs/on-stderr': BROKEN,
    'net/loopback-only': { ...BROKEN, seen: null },
    'stop/sigint': BROKEN,
    'stop/requested': skipped('the contract names no other way of stopping'),
    'port/dynamic-by-default': BROKEN,
    ...blockedBy('port/dynamic-by-default', ['fleet/ready-together', 'fleet/clean-exit']),
  },
}

describe('colour', () => {
  test('is on a terminal', () => {
    expect(render(MIXED, { isTTY: true })).toContain(ESCAPE)
  })

  test('is not on a stream that is no terminal', () => {
    expect(render(MIXED)).not.toContain(ESCAPE)
  })

  test('is not in a file', () => {
    expect(renderTerminal(runOf(verdictFor(MIXED)), null)).not.toContain(ESCAPE)
  })

  test('is not where NO_COLOR asks for none', () => {
    vi.stubEnv('NO_COLOR', '1')
    expect(render(MIXED, { isTTY: true })).not.toContain(ESCAPE)
  })

  test('is all that a terminal gets more', () => {
    expect(stripVTControlCharacters(render(MIXED, { isTTY: true }))).toBe(render(MIXED))
  })
})

describe('the report', () => {
  test('goes from what holds over what is accepted to what failed, and ends with the outcome', () => {
    const again =
      '    again     npx --no-install sidecar-harness check /app/backend-x86_64-unknown-linux-gnu --only'
    expect(render(MIXED).split('\n')).toEqual([
      'sidecar: /app/backend-x86_64-unknown-linux-gnu',
      `  x86_64-unknown-linux-gnu, 50.0 MiB, sha256 ${'ab'.repeat(32)}`,
      '  judged on linux x64, 4 cores, Node v24.0.0, by the default contract',
      '  65 of 73 clauses (check --list shows them)',
      '',
      '✔ artifact     6 of 6  executable, native-format, triple-name, libraries-resolve, payload, size',
      '✔ start      10 of 10  within-budget, any-directory, any-path, bare-environment, empty-environment,',
      '                       hostile-environment, any-stdin, bounded-tree, read-only-directory, no-litter',
      '✔ announce     6 of 6  on-stdout, once, well-formed, listening-first, own-port, flushed',
      '✖ port         3 of 4  ✖ dynamic-by-default, explicit, taken, invalid',
      '~ net          2 of 3  ~ loopback-only, no-other-listeners, ipv4-reachable',
      '! logs         3 of 4  stdout-machine-only, ! on-stderr, plain-stdout, plain-stderr',
      '✔ health     10 of 10  ready-at-announcement, schema, identity, clock, uptime, concurrent, latency,',
      '                       unknown-path, malformed-requests, idle-connections',
      '✖ stop       10 of 12  sigterm, ✖ sigint, idle-connections, silent-connections, in-flight, repeated-signal,',
      '                       during-startup, frees-port, no-orphans, killed, parent-death, 1 skipped',
      '· fleet        3 of 5  independent-stop, independent-crash, restarts, 2 blocked',
      '✔ resources    5 of 5  stays-up, idle-cpu, memory, no-descriptor-leak, no-memory-leak',
      '',
      '- skipped  stop/requested: the contract names no other way of stopping',
      '',
      '~ a waiver is stale, because what is excused holds: take it out of `waive`',
      '    stop/killed',
      '',
      `~ net/loopback-only (must): ${CATALOGUE['net/loopback-only'].promise}`,
      '    waived    the phone app, see docs/lan.md',
      '    expected  what was promised',
      '    seen      something else',
      '    when      in the file, before it was launched',
      `${again} net/loopback-only`,
      '',
      `! logs/on-stderr (should): ${CATALOGUE['logs/on-stderr'].promise}`,
      '    expected  what was promised',
      '    seen      something else',
      '    when      55 ms after the launch, in the life stop-sigint',
      `${again} logs/on-stderr`,
      '',
      `✖ port/dynamic-by-default (must): ${CATALOGUE['port/dynamic-by-default'].promise}`,
      '    expected  what was promised',
      '    seen      something else',
      '    when      55 ms after the launch, in the life stop-sigint',
      '    blocks    2 clauses, which could not be judged: fleet/ready-together, fleet/clean-exit',
      `${again} port/dynamic-by-default`,
      '',
      `✖ stop/sigint (must): ${CATALOGUE['stop/sigint'].promise}`,
      '    expected  what was promised',
      '    seen      something else',
      '    when      55 ms after the launch, in the life stop-sigint',
      `${again} stop/sigint`,
      '',
      'phases   read the file 35 ms, lives 1.20 s',
      'lives    none: it was not launched',
      'fail     58 pass, 2 fail, 1 warn, 1 waived, 1 skipped, 2 blocked; took 1.23 s',
      '',
    ])
  })

  test('shows with each failure what the sidecar had said last on both streams', () => {
    const life = aLife('stop-sigint')
    for (let number = 1; number <= 8; number++) life.after(1).logs(`step ${number}`)
    life.announces().after(20).logs('later than what was seen')
    const text = render({ found: { 'stop/sigint': { ...BROKEN, seen: at(life.id, 48) } }, lives: [life] })
    expect(text).toContain(
      [
        '    when      48 ms after the launch, in the life stop-sigint',
        '    stderr    … 3 lines before',
        '              +4.0 ms  step 4',
        '              +5.0 ms  step 5',
        '              +6.0 ms  step 6',
        '              +7.0 ms  step 7',
        '              +8.0 ms  step 8',
        '    stdout    +48 ms  BACKEND_PORT:41234',
        '    again     npx ',
      ].join('\n'),
    )
  })

  test('says honestly of a stream that nothing was on it', () => {
    const text = render({ found: { 'stop/sigint': BROKEN }, lives: [aLife('stop-sigint').logs('up')] })
    expect(text).toMatch(/^ {4}stderr {4}\+0\.0 ms {2}up\n {4}stdout {4}stayed empty until then$/m)
  })

  test('names once more what has scrolled away, and only that', () => {
    const names = (text: string) => text.match(/^[✖!] \S+ {2,}.*$/gm) ?? []
    const some = Object.fromEntries(BY_DEFAULT.slice(20, 24).map(id => [id, BROKEN]))
    const many = Object.fromEntries(BY_DEFAULT.slice(20, 30).map(id => [id, BROKEN]))
    expect(names(render({ found: some }).split('\n✔ resources')[1] ?? '')).toEqual([])
    const end = names(
      render({ found: { ...many, 'logs/on-stderr': BROKEN } }).split('\n✔ resources')[1] ?? '',
    )
    expect(end).toHaveLength(11)
    expect(end).toContainEqual(expect.stringMatching(/^! logs\/on-stderr +something else$/))
    // What fails the gate stands last.
    expect(end.join('')).toMatch(/^(!.*?)+(✖.*?)+$/)
  })

  test('of several sidecars names each, and then what failed, whose it was, and what came of all', () => {
    const text = renderTerminal(
      runOf(
        verdictFor({ contract: { name: 'notes' }, found: { 'logs/on-stderr': BROKEN } }),
        verdictFor({
          contract: { name: 'search index' },
          found: { 'stop/sigint': BROKEN },
          facts: { oneOfSeveral: true },
        }),
      ),
      null,
    )
    expect(text.match(/^\S.*(?=: \/app\/backend)/gm)).toEqual(['notes', 'search index'])
    expect(text.match(/^[!✖] .*\(/gm)).toEqual(['! notes: logs/on-stderr (', '✖ search index: stop/sigint ('])
    expect(text).toContain(" --sidecar 'search index' --only stop/sigint\n")
    expect(text.split('\n').slice(-4)).toEqual([
      'sidecars notes         pass     64 pass, 0 fail, 1 warn',
      '         search index  fail     64 pass, 1 fail',
      'fail     128 pass, 1 fail, 1 warn; took 2.47 s',
      '',
    ])
  })

  test('says that the environment named the binary', () => {
    expect(render({ facts: { chosenBy: 'environment' } })).toMatch(
      /^sidecar: \S+ \(named by SIDECAR_BINARY\)\n/,
    )
    expect(render({ facts: { chosenBy: 'contract' } })).toMatch(/^sidecar: \S+\n/)
  })

  test('of a sound sidecar fits on a screen, and names every clause', () => {
    const text = render()
    expect(text.split('\n').length).toBeLessThan(24)
    for (const id of BY_DEFAULT) expect(text).toMatch(new RegExp(`\\b${id.split('/')[1]}\\b`))
    expect(text).not.toMatch(/^[✖!~·-] /m)
    expect(text).not.toContain('again')
  })

  test('has a line for every pass, and what was observed, where it is verbose', () => {
    const lines = render({}, { verbose: true }).split('\n')
    for (const id of BY_DEFAULT)
      expect(lines.filter(line => new RegExp(`^✔ ${id} +as promised$`).test(line))).toHaveLength(1)
  })

  test('puts the root cause first, with one line for all that it blocks', () => {
    const rest = BY_DEFAULT.filter(id => !id.startsWith('artifact/') && id !== 'announce/flushed')
    const found = {
      'artifact/size': BROKEN,
      'announce/flushed': BROKEN,
      ...blockedBy('announce/flushed', rest),
    }
    const contract = { levels: { 'artifact/size': 'must' } } as const
    const text = render({ found, contract })

    expect(text.match(/^✖ \S+(?= \()/gm)).toEqual(['✖ announce/flushed', '✖ artifact/size'])
    // Groups of which nothing was judged are told of there, and nowhere else.
    expect(text.match(/^\S (artifact|announce|port|stop) .*/gm)).toEqual([
      '✖ artifact     5 of 6  executable, native-format, triple-name, libraries-resolve, payload, ✖ size',
      '✖ announce     0 of 6  ✖ flushed, 5 blocked',
    ])
    expect(text).toContain(
      '\n    blocks    58 clauses, which could not be judged: start 10, announce 5, port 4, net 3, logs 4, health 10, stop 12, fleet 5, resources 5\n',
    )
    expect(text).not.toContain('stop/sigint')
    const verbose = render({ found, contract }, { verbose: true })
    for (const id of rest) expect(verbose).toContain(id)
  })

  test('tells why it failed, by what that was seen, how to mend it, and where others met it', () => {
    const life = aLife('stop-sigint').logs('up').announces().isReady().stopsOn('SIGINT', { exit: 130 })
    const verdict = verdictOn({ lives: [life] })
    const diagnosis = verdict.clauses.find(({ id }) => id === 'stop/sigint')?.diagnosis
    if (diagnosis == null) throw new Error('nobody knows what an exit with 130 means')
    expect(renderVerdict(verdict)).toContain(
      [
        '    when      55 ms after the launch, in the life stop-sigint',
        `    why       ${diagnosis.cause}`,
        ...diagnosis.evidence.map(each => `              - ${each}`),
        `    mend      ${diagnosis.fix}`,
        `              ${diagnosis.sources[0]}`,
        '    stderr    ',
      ].join('\n'),
    )
  })

  test('says of a waived root cause that the gate fails nevertheless', () => {
    const blocked: ClauseId[] = ['logs/on-stderr', 'stop/sigint', 'stop/frees-port']
    const text = render({
      contract: { waive: { 'start/within-budget': 'slow' } },
      found: { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', blocked) },
    })
    expect(text).toContain(
      '    blocks    3 clauses, which could not be judged: logs/on-stderr, stop/sigint, stop/frees-port\n' +
        '    ✖ the gate fails: 2 of these have to hold, and no waiver covers them\n',
    )
    expect(text).toMatch(/^unproven the gate fails for 2 clauses that had to hold and could not be judged$/m)
    expect(text).toMatch(/^fail {5}61 pass, 0 fail, 1 waived, 3 blocked; /m)
  })

  test('tells of what is blocked by something that did not fail', () => {
    const found = {
      'stop/sigint': skipped('no signals here'),
      ...blockedBy('stop/sigint', ['stop/in-flight']),
    }
    expect(render({ found })).toContain(
      '· stop/sigint (skipped)\n    blocks    1 clause, which could not be judged: stop/in-flight\n',
    )
  })

  test('groups what is skipped by the reason', () => {
    const late = 'interrupted before it could be judged'
    const found = Object.fromEntries(BY_DEFAULT.slice(30).map(id => [id, skipped(late)]))
    const text = render({ found: { ...found, 'port/taken': skipped('no IPv6 here') } })
    expect(text).toMatch(/^- skipped {2}port\/taken: no IPv6 here$/m)
    expect(text).toMatch(
      new RegExp(
        `^- skipped {2}35 clauses \\(logs 3, health 10, stop 12, fleet 5, resources 5\\): ${late}$`,
        'm',
      ),
    )
  })

  test('says so when kinder conditions were needed', () => {
    expect(render()).not.toContain('your shell')
    expect(render({ conditions: { environment: 'caller', directory: 'private' } })).toContain(
      '\n  It starts only with the environment of your shell, so everything else was judged with that.\n',
    )
    expect(render({ conditions: { environment: 'caller', directory: 'caller' } })).toContain(
      '\n  It starts only with the environment and the working directory of your shell, so everything else was judged with that.\n',
    )
  })

  test('says what was asked of the gate beyond the usual', () => {
    expect(render({ clauses: CLAUSE_IDS })).toContain('\n  73 of 73 clauses\n')
    const facts = { strict: true, timeScale: 2.5 }
    expect(render({ clauses: ['stop/sigint'], facts })).toContain(
      '\n  1 of 73 clauses (check --list shows them), strict, times × 2.5\n',
    )
  })

  test('says for what a strict gate fails', () => {
    const facts = { strict: true }
    const contract = { waive: { 'stop/sigint': 'a leftover', 'stop/sigterm': 'another' } }
    const text = render({ contract, found: { 'logs/on-stderr': BROKEN }, facts })
    expect(text).toContain(
      '\n✖ 2 waivers are stale, because what is excused holds: take it out of `waive`\n    stop/sigterm, stop/sigint\n',
    )
    expect(text).toMatch(/^strict {3}the gate fails for 1 warning and 2 stale waivers$/m)
    expect(text).toMatch(/^fail {5}64 pass, 0 fail, 1 warn; /m)
    expect(render({ found: { 'stop/sigint': BROKEN }, facts })).not.toMatch(/^strict {3}/m)
  })

  test.each<[string, Found, RegExp]>([
    ['pass', {}, /^pass +65 pass, 0 fail; took 1\.23 s$/],
    [
      'fail',
      { found: { 'stop/sigint': BROKEN, 'logs/on-stderr': BROKEN } },
      /^fail +63 pass, 1 fail, 1 warn; took 1\.23 s$/,
    ],
    ['interrupted', { facts: { interrupted: true } }, /^interrupted +65 pass, 0 fail; took 1\.23 s$/],
  ])('ends with its outcome: %s', (_outcome, given, last) => {
    const text = render(given)
    expect(text.endsWith('\n')).toBe(true)
    expect(text.trimEnd().split('\n').at(-1)).toMatch(last)
  })
})

describe('a hostile sidecar', () => {
  const EVIL = `${ESCAPE}[2J${ESCAPE}]0;owned\u0007\r✔ pass\u202E\u2028\u0085`
  const evil = (id: string) => aLife(id).writes('stderr', `${EVIL}\n`)

  const CASES: readonly [string, Case][] = [
    ['last words', { only: [evil('stop-sigterm').exits(1).leaves()] }],
    ['a stray line', { lives: [evil('stop-sigint').writes('stdout', `${EVIL}\n`).announces().isReady()] }],
    [
      'a near miss',
      { lives: [evil('stop-sigint').announces().isReady().writes('stdout', `BACKEND_PORT ${EVIL}1\n`)] },
    ],
    [
      'a body',
      {
        lives: [
          evil('stop-sigint')
            .announces()
            .isReady({ body: EVIL, schemaProblems: [`no JSON: ${EVIL}`] }),
        ],
      },
    ],
    [
      'an error page',
      {
        lives: [
          evil('stop-sigint')
            .announces()
            .isAsked('first', { status: 500, body: EVIL })
            .isAsked('retry')
            .becomesReady(),
        ],
      },
    ],
    [
      'the name of a process',
      {
        lives: [
          evil('stop-sigterm')
            .announces()
            .isReady()
            .isSeen()
            .isSent('SIGTERM')
            .exits(0)
            .leaves({ processes: [{ pid: 7, parentPid: 1, groupId: 7, startedAt: '0', command: EVIL }] }),
        ],
      },
    ],
  ]

  test.each(CASES)('cannot break the report by %s', (_what, given) => {
    for (const verbose of [false, true]) {
      const text = renderTerminal(runOf(verdictOn(given)), null, { verbose })
      expect(text).toContain('✖')
      expect(text).toContain('\\x1b[2J')
      expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
      for (const line of text.split('\n')) expect(line).not.toMatch(/^✔ pass/)
    }
  })
})
