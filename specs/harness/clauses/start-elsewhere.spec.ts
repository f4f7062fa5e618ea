import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife } from './recordings.ts'

describe.each<[ClauseId, string, string, string]>([
  ['start/any-directory', 'from-root', 'it starts from /', 'ready from an empty directory, and from /'],
  [
    'start/any-path',
    'odd-path',
    'it starts when it is copied to "…//app/", with nothing beside it, as the contract lists no `files`',
    'ready from such a path',
  ],
  [
    'start/empty-environment',
    'empty-environment',
    'it starts with no environment variable',
    'ready with no variable',
  ],
  [
    'start/read-only-directory',
    'read-only',
    'it starts where neither its own nor its working directory can be written, with nothing beside it, as the contract lists no `files`',
    'ready without writing there',
  ],
  [
    'start/any-stdin',
    'null-stdin',
    'it starts, and stays up, with /dev/null as its stdin',
    'with an open pipe, and with /dev/null',
  ],
])('%s', (id, scenario, expected, observed) => {
  test('passes when that life is ready', () => {
    expect(findingOf(id, evidenceOf())).toEqual({ outcome: 'pass', observed })
  })

  test('fails alone when it is not, with its last words', () => {
    const life = aLife(scenario).logs('ENOENT: settings.json').after(30).exits(1).leaves()
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(id, evidence)).toEqual({
      outcome: 'fail',
      expected,
      observed:
        'it exited with code 1, 30 ms after its launch, with nothing announced; its last words on stderr: "ENOENT: settings.json"',
      seen: { life: scenario, sinceLaunchMs: 30 },
    })
    expect(idsWith('fail', evidence)).toEqual([id])
  })
})

test('what was copied with it is named, as it may be what is missing', () => {
  const lives = [aLife('odd-path').exits(1).leaves()]
  const evidence = evidenceOf({ lives, contract: { files: ['libbackend.so', 'assets'] } })

  expect(findingOf('start/any-path', evidence)).toMatchObject({
    expected: 'it starts when it is copied to "…//app/", with libbackend.so, assets beside it',
  })
})

test('of a crash the reason is told before the end of its stack', () => {
  const life = aLife('odd-path').logs("Error: Cannot find module './server.js'")
  for (let depth = 0; depth < 12; depth++)
    life.logs(`    at Module._load (node:internal/modules/cjs/loader:${depth})`)
  const evidence = evidenceOf({ lives: [life.logs('}').logs('').logs('Node.js v24.21.0').exits(1).leaves()] })

  expect(findingOf('start/any-path', evidence)).toMatchObject({
    observed: expect.stringContaining(
      `stderr: "Error: Cannot find module './server.js'" … "}" "Node.js v24.21.0"`,
    ),
  })
})

describe('start/any-stdin', () => {
  test('fails when it ends soon after it was ready', () => {
    const life = aLife('null-stdin')
      .logs('stdin is at its end')
      .announces()
      .isReady()
      .after(5)
      .exits(0)
      .leaves()
    expect(findingOf('start/any-stdin', evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      observed: expect.stringContaining('it exited with code 0, 47 ms after its launch'),
    })
  })

  test('is skipped where closing stdin is a way to stop it', () => {
    const contract = { stop: { requests: [{ stdin: 'closed' as const }] } }
    expect(findingOf('start/any-stdin', evidenceOf({ contract }))).toEqual({
      outcome: 'skipped',
      reason: 'its stdin is a way to stop it, so it cannot be without',
    })
  })
})

describe('start/hostile-environment', () => {
  const launched = () => aLife('hostile-environment')

  test('passes with the same stdout, but for the port', () => {
    expect(findingOf('start/hostile-environment', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'ready, and the same stdout',
    })
  })

  test('fails when it does not start', () => {
    const life = launched().logs('bad option').after(20).exits(9).leaves()
    expect(findingOf('start/hostile-environment', evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      expected: expect.stringMatching(/^it starts with NODE_OPTIONS, .* in its environment$/),
      observed: expect.stringContaining('it exited with code 9'),
    })
  })

  test('fails when a line more is on stdout, and quotes it; logs/stdout-machine-only is not its affair', () => {
    const life = launched().writes('stdout', 'debug: 12 modules\n').announces().isReady().stopsOn('SIGTERM')
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf('start/hostile-environment', evidence)).toMatchObject({
      outcome: 'fail',
      observed: 'it wrote "debug: 12 modules"',
    })
    expect(idsWith('fail', evidence)).toEqual(['start/hostile-environment'])
  })

  test('says which line was all but the announcement, and what is wrong with it', () => {
    const life = launched().logs('\u001B[32mBACKEND_PORT:41234\u001B[39m').isLate('announcement')
    expect(findingOf('start/hostile-environment', evidenceOf({ lives: [life.leaves()] }))).toMatchObject({
      observed: expect.stringContaining(
        '; "\\x1b[32mBACKEND_PORT:41234\\x1b[39m" is not the announcement: terminal escape codes in it; ',
      ),
    })
  })

  test('compares of a line for people the address alone, and no colours where none are promised', () => {
    const contract: ContractInput = {
      announce: 'url',
      logs: { stdout: [/^/] },
      levels: { 'logs/plain-stdout': 'may' },
    }
    const says = (id: string, text: string) =>
      aLife(id, { announce: 'url' })
        .writes('stdout', `${text} http://127.0.0.1:41234\n`)
        .announces(41_234)
        .isReady()
        .isSeen()
    const judge = (hostile: string, given: ContractInput) => {
      const lives = [
        says('stop-sigterm', 'dev server:'),
        says('port-pair.1', 'dev server:'),
        says('hostile-environment', hostile),
      ]
      return findingOf(
        'start/hostile-environment',
        evidenceOf({ contract: given, lives: lives.map(life => life.stopsOn('SIGTERM')) }),
      )
    }

    expect(judge('\u001B[32mserver:\u001B[39m', contract)).toMatchObject({ outcome: 'pass' })
    expect(judge('server:', { ...contract, levels: {} })).toMatchObject({ outcome: 'pass' })
    expect(judge('\u001B[32mserver:\u001B[39m', { ...contract, levels: {} })).toMatchObject({
      outcome: 'fail',
      expected: 'its stdout stays plain',
    })
    expect(judge('server:', { ...contract, logs: {} })).toMatchObject({ outcome: 'fail' })
  })

  describe('with an escape code that its contract allows on its line', () => {
    const contract = { logs: { stdout: [/^STATUS /] } }
    const says = (id: string, status: string) =>
      aLife(id)
        .logs('up')
        .announces()
        .writes('stdout', `STATUS ${status}\n`)
        .isReady()
        .isSeen()
        .stopsOn('SIGTERM')
    const coloured = '\u001B[32mup\u001B[39m'
    const judge = (usual: string, hostile: string) => {
      const lives = [
        says('stop-sigterm', usual),
        says('port-pair.1', `${usual}!`),
        says('hostile-environment', hostile),
      ]
      return idsWith('fail', evidenceOf({ contract, lives }))
    }

    test('fails when it is there in no other life', () => {
      expect(judge('up', coloured)).toContain('start/hostile-environment')
    })

    test('passes when it is there without that environment too: that is for logs/plain-stdout', () => {
      expect(judge(coloured, coloured)).toEqual(['logs/plain-stdout'])
    })
  })

  test('does not compare what differs from life to life', () => {
    const contract = { logs: { stdout: [/^TOKEN /] } }
    const withToken = (id: string, token: string) =>
      aLife(id)
        .logs('up')
        .announces()
        .writes('stdout', `TOKEN ${token}\n`)
        .isReady()
        .isSeen()
        .stopsOn('SIGTERM')
    const lives = [
      withToken('stop-sigterm', 'a1'),
      withToken('port-pair.1', 'b2'),
      withToken('hostile-environment', 'c3'),
    ]
    expect(findingOf('start/hostile-environment', evidenceOf({ contract, lives }))?.outcome).toBe('pass')
  })
})

describe('start/bounded-tree', () => {
  test('passes with the most processes that were seen', () => {
    expect(findingOf('start/bounded-tree', evidenceOf())).toEqual({ outcome: 'pass', observed: '1 process' })
  })

  test('is the root cause of everything when the tree bursts', () => {
    const evidence = evidenceOf({ only: [aLife('stop-sigterm').after(80).bursts(41, 32)] })
    expect(findingOf('start/bounded-tree', evidence)).toEqual({
      outcome: 'fail',
      expected: 'starting it takes no more than 32 processes',
      observed: '41 after 80 ms, when it was killed: it may be starting itself',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 80 },
    })
    expect(idsWith('fail', evidence)).toEqual(['start/bounded-tree'])
    expect(findingOf('start/within-budget', evidence)).toEqual({
      outcome: 'blocked',
      by: 'start/bounded-tree',
    })
  })
})

describe('start/no-litter', () => {
  const life = () => aLife('stop-sigint').logs('up').announces().isReady().isSeen().stopsOn('SIGINT')

  test('passes where nothing is left', () => {
    expect(findingOf('start/no-litter', evidenceOf())).toEqual({ outcome: 'pass', observed: 'nothing left' })
  })

  test('names what is left, and where', () => {
    const left = life().litters(
      [
        { where: 'temporary directory', path: '_MEI123/base.zip', bytes: 12 },
        { where: 'working directory', path: 'app.log', bytes: 0 },
      ],
      3,
    )
    expect(findingOf('start/no-litter', evidenceOf({ lives: [left] }))).toMatchObject({
      outcome: 'fail',
      expected: 'after a clean exit nothing is left in its working and temporary directory',
      observed: '_MEI123/base.zip in its temporary directory, app.log in its working directory, and 3 more',
    })
  })

  test('does not blame one that was killed for what it had no time to remove', () => {
    const file = { where: 'temporary directory', path: 'pid', bytes: 4 } as const
    const killed = aLife('stop-sigint')
      .logs('up')
      .announces()
      .isReady()
      .isLate('exit')
      .isKilled()
      .litters([file])
    expect(findingOf('start/no-litter', evidenceOf({ lives: [killed] }))?.outcome).toBe('pass')
  })
})
