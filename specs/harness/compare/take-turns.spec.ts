import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Turner, type Turns, type TurnsOptions, takeTurns } from '../../../harness/compare/take-turns.ts'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { eventsOf, firstEvent, isReady } from '../../../harness/recording/query.ts'
import { BASELINE } from '../../../harness/recording/recording.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'turns-'))
})
afterAll(() => rm(directory, { recursive: true }))

const GRACE_MS = 400

/** Serves, and does this on SIGTERM. */
async function aProgram(name: string, onSigterm: string): Promise<Turner> {
  const file = join(directory, name)
  await writeFile(
    file,
    `#!${process.execPath}
    process.on('SIGTERM', () => { ${onSigterm} })
    const body = JSON.stringify({ status: 'ok', app: 'a', timestamp: new Date(), uptime: 0.1 })
    const headers = { 'content-type': 'application/json' }
    const server = require('node:http').createServer((_, response) => response.writeHead(200, headers).end(body))
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`,
  )
  await chmod(file, 0o755)
  const resolved = resolveContract({ budgets: { graceMs: GRACE_MS } }, { file: null, directory })
  const grammar = compileGrammar(resolved.contract.announce)
  return { subject: { file, ...resolved, grammar }, conditions: BASELINE }
}

type Side = 'old' | 'new'

function turnsOf(old: Turner, now: Turner, options: Partial<TurnsOptions<Side>> = {}): Promise<Turns<Side>> {
  return takeTurns({
    sides: { old, new: now },
    runs: 2,
    rounds: 1,
    needsMore: () => false,
    host: selectHost(),
    keepsRaw: false,
    ...options,
  })
}

/** Whose life began when, after those that do not count. */
function orderOf(turns: Turns<Side>): string {
  const begun = (side: Side) =>
    turns.lives[side].map(({ recording }) => ({ side, atMs: firstEvent(recording, 'launch')?.atMs ?? 0 }))
  return [...begun('old'), ...begun('new')]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ side }) => side)
    .join(' ')
}

test('lives take turns, one at a time, the first of each not counted', async () => {
  const [old, now] = [await aProgram('old', 'process.exit()'), await aProgram('new', 'process.exit()')]
  const told: string[] = []

  const turns = await turnsOf(old, now, { onTurn: (done, of) => told.push(`${done} of ${of}`) })

  expect(orderOf(turns)).toBe('old new new old')
  expect(told).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4'])
  const lives = [...turns.lives.old, ...turns.lives.new].map(({ recording }) => recording)
  expect(lives.map(({ id }) => id)).toEqual(['plain.3', 'plain.6', 'plain.4', 'plain.5'])
  for (const life of lives) {
    expect(isReady(life)).toBe(true)
    expect(eventsOf(life, 'listeners')).toHaveLength(1)
    expect(eventsOf(life, 'usage')).toHaveLength(1)
    expect(firstEvent(life, 'exit')).toMatchObject({ code: 0 })
  }
  // None had begun before the other had ended.
  const spans = lives.map(({ events }) => [events[0]?.atMs ?? 0, events.at(-1)?.atMs ?? 0] as const)
  const sorted = spans.toSorted(([a], [b]) => a - b)
  for (const [index, [begun]] of sorted.entries())
    expect(begun).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0)
})

test('there are as many rounds as are needed, and no more than may be', async () => {
  const same = await aProgram('same', 'process.exit()')

  const asked: number[] = []
  const needsMore: TurnsOptions<Side>['needsMore'] = ({ old }) => asked.push(old.length) < 2
  expect((await turnsOf(same, same, { rounds: 3, needsMore })).lives.old).toHaveLength(4)
  expect(asked).toEqual([2, 4])
  expect((await turnsOf(same, same, { rounds: 2, needsMore: () => true })).lives.new).toHaveLength(4)
})

test('one that does not end is waited for once', async () => {
  const [old, now] = [await aProgram('ends', 'process.exit()'), await aProgram('stays', '')]

  const turns = await turnsOf(old, now)

  const events = turns.lives.new.flatMap(({ recording }) => recording.events)
  expect(events.filter(({ type }) => type === 'deadline')).toEqual([])
  expect(events.filter(({ type }) => type === 'signal')).toEqual([])
  const why = 'it does not end in time when it is told to'
  expect(events.filter(event => event.type === 'killed' && event.why === why)).toHaveLength(2)
  expect(turns.lives.old.every(({ recording }) => firstEvent(recording, 'exit')?.code === 0)).toBe(true)
})

test('where one does not come up in two lives, there are no others', async () => {
  const old = await aProgram('up', 'process.exit()')
  const now = await aProgram('down', '')
  await writeFile(now.subject.file, '#!/bin/sh\nexit 1\n')

  const turns = await turnsOf(old, now)

  expect([turns.lives.old.length, turns.lives.new.length]).toEqual([1, 2])
  expect(turns.lives.new.some(({ recording }) => isReady(recording))).toBe(false)
})

test('nothing is launched any more once it is interrupted', async () => {
  const same = await aProgram('interrupted', 'process.exit()')
  const controller = new AbortController()

  const turns = await turnsOf(same, same, {
    runs: 20,
    signal: controller.signal,
    onTurn: done => {
      if (done === 3) controller.abort()
    },
  })

  expect([turns.lives.old.length, turns.lives.new.length]).toEqual([1, 2])
})

test('three take turns, the one in the middle there and back', async () => {
  const sides = {
    old: await aProgram('old', 'process.exit()'),
    middle: await aProgram('middle', 'process.exit()'),
    new: await aProgram('new', 'process.exit()'),
  }
  const told: string[] = []

  const turns = await takeTurns({
    ...{ sides, runs: 2, rounds: 1, needsMore: () => false, host: selectHost(), keepsRaw: false },
    onTurn: (done, of) => told.push(`${done} of ${of}`),
  })

  const idsOf = (side: keyof typeof sides) => turns.lives[side].map(({ recording }) => recording.id)
  // The first three are those that do not count.
  expect([idsOf('old'), idsOf('middle'), idsOf('new')]).toEqual([
    ['plain.4', 'plain.9'],
    ['plain.5', 'plain.8'],
    ['plain.6', 'plain.7'],
  ])
  expect(told).toEqual(['0 of 6', '1 of 6', '2 of 6', '3 of 6', '4 of 6', '5 of 6'])
})
