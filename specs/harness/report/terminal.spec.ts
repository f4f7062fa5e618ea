import { PassThrough } from 'node:stream'
import { WriteStream } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { renderTerminal } from '../../../harness/report/terminal.ts'
import type { Case } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { verdictOn } from './verdicts.ts'

const ESCAPE = '\u001B'

/** A stream that is no terminal, or says that it is one of 256 colours. */
function aStream({ isTTY }: { isTTY: boolean }): NodeJS.WriteStream {
  const { getColorDepth } = WriteStream.prototype
  return Object.assign(
    new PassThrough(),
    isTTY ? { isTTY, getColorDepth } : {},
  ) as unknown as NodeJS.WriteStream
}

function render(given: Case = {}, isTTY = false, interrupted = false): string {
  return renderTerminal(verdictOn(given, interrupted), aStream({ isTTY }))
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

/** Stops with code 1 on SIGINT, and logs nothing in that life. */
const FAULTY: Case = { lives: [aLife('stop-sigint').announces().isReady().stopsOn('SIGINT', { exit: 1 })] }

describe('colour', () => {
  test('is on a terminal', () => {
    expect(render(FAULTY, true)).toContain(ESCAPE)
  })

  test('is not on a stream that is no terminal', () => {
    expect(render(FAULTY)).not.toContain(ESCAPE)
  })

  test('is not where NO_COLOR asks for none', () => {
    vi.stubEnv('NO_COLOR', '1')
    expect(render(FAULTY, true)).not.toContain(ESCAPE)
  })

  test('is all that a terminal gets more', () => {
    expect(stripVTControlCharacters(render(FAULTY, true))).toBe(render(FAULTY))
  })
})

describe('the report', () => {
  test('says first what was judged, where, and by which contract', () => {
    const [title, file, host] = render({ contract: { name: 'notes' } }).split('\n')
    expect(title).toBe('notes: /app/backend-x86_64-unknown-linux-gnu')
    expect(file).toBe(`  x86_64-unknown-linux-gnu, 50.0 MiB, sha256 ${'ab'.repeat(32)}`)
    expect(host).toBe('  judged on linux x64, 4 cores, Node v24.0.0, by the default contract')
  })

  test('has a line for every clause of a sound sidecar, with a mark that needs no colour', () => {
    const lines = render().split('\n')
    for (const id of CLAUSE_IDS) expect(lines.filter(line => line.startsWith(`✔ ${id} `))).toHaveLength(1)
  })

  test('says why a clause was skipped', () => {
    expect(render({ contract: { stop: { signals: ['SIGTERM'] } } })).toMatch(
      /^- stop\/sigint +skipped: the contract names no such way of stopping$/m,
    )
  })

  test('names every clause that is blocked, and what blocks it', () => {
    const text = render({ only: [aLife('stop-sigterm').logs('no').exits(1).leaves()] })
    const [, blocked = ''] = text.split('because start/within-budget does not hold:')
    for (const id of CLAUSE_IDS) {
      if (!id.startsWith('artifact/') && id !== 'start/within-budget') expect(blocked).toContain(id)
    }
  })

  test('repeats failures and warnings at the end, with expected, seen and when', () => {
    const text = render(FAULTY)
    const end = text.slice(text.lastIndexOf('fleet/clean-exit'))
    expect(end).toContain(`! logs/on-stderr (should): There are human logs, and they are on stderr.
    expected  human logs on stderr
    seen      stderr stayed empty: when it fails on a customer's machine there is nothing to read
    when      55 ms after the launch, in the life stop-sigint
`)
    expect(
      end,
    ).toContain(`✖ stop/sigint (must): On SIGINT it ends by itself, cleanly, within the grace period.
    expected  after SIGINT it exits by itself with code 0 within 10.00 s
    seen      it exited with code 1, 5.0 ms after SIGINT; stderr stayed empty
    when      55 ms after the launch, in the life stop-sigint
`)
  })

  test('says of a fault of the file that it was seen before the launch', () => {
    const text = render({ only: [], artifact: { mode: 0o644 } })
    expect(text).toContain('    when      in the file, before it was launched\n')
    expect(text).toContain('it was not launched')
  })

  test('says so when the environment of the shell was needed', () => {
    expect(render()).not.toContain('bare environment')
    expect(render({ conditions: { environment: 'caller' } })).toContain(
      '  It does not start in a bare environment, so everything else was judged with the environment of your shell.\n',
    )
  })

  test.each<[string, Case, boolean, RegExp]>([
    ['pass', {}, false, new RegExp(`^pass +${CLAUSE_IDS.length} pass, 0 fail; took 1\\.23 s`)],
    [
      'fail',
      FAULTY,
      false,
      new RegExp(`^fail +${CLAUSE_IDS.length - 2} pass, 1 fail, 1 warn; took 1\\.23 s`),
    ],
    ['interrupted', {}, true, /^interrupted +\d+ pass, 0 fail; took 1\.23 s/],
  ])('ends with its outcome: %s', (_outcome, given, interrupted, last) => {
    const text = render(given, false, interrupted)
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
    const text = render(given)
    expect(text).toContain('✖')
    expect(text).toContain('\\x1b[2J')
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    for (const line of text.split('\n')) expect(line).not.toMatch(/^✔ pass/)
  })
})
