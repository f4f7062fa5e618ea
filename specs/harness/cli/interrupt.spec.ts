import { readFileSync } from 'node:fs'
import { describe, expect, type TestContext } from 'vitest'
import { isAlive, parentOf, processesNamed } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { type Place, type Running, test } from './command.ts'

/** The longest that an interrupted gate may take: what is left of a life is looked for, and is recorded. */
const ENDS_MS = 3_000
/** From the second signal to the end: nothing is waited for but a Node that ends, on a machine that may be busy. */
const AT_ONCE_MS = 500
/** After a harness that did not end by itself: until nothing lives, and until no file is there and no reaper. */
const DEAD_MS = 1_000
const CLEARED_MS = 3_000

/** Never announces anything, and has children of every kind. All tell their pids. */
const FAMILY = `#!/bin/sh
echo $$ >> "$PIDS"
sleep 60 & echo $! >> "$PIDS"
setsid sh -c 'echo $$ >> "$PIDS"; trap "" TERM INT HUP; echo complete >> "$PIDS"; while :; do sleep 1; done' &
wait
`

interface Gate {
  readonly running: Running & { readonly pid: number }
  /** All that it launched so far; complete as soon as startGate has come back. */
  pids(): number[]
  said(): string
}

/** Starts a gate on such a sidecar, as the leader of a group, and comes back in the middle of its first life. */
async function startGate(place: Place, program: string = FAMILY): Promise<Gate> {
  const log = await place.write('pids', '')
  const sidecar = await place.write('sidecar', program, 0o755)
  await place.write('contract.json', JSON.stringify({ env: { PIDS: log, PLACE: place.directory } }))
  const running = place.start(['check', sidecar, '--config', 'contract.json'], { detached: true })
  let said = ''
  running.stderr.on('data', chunk => {
    said += chunk
  })
  const read = () => readFileSync(log, 'utf8')
  await until(() => read().includes('complete\n'), 'a life is there with all its children')
  const pids = () => (read().match(/\d+/g) ?? []).map(Number)
  return { running: running as Gate['running'], pids, said: () => said }
}

/** Waits until nothing of a gate is left, its reaper included. That happens in time, and is told. */
async function goesAway(place: Place, gate: Gate, reaper: number, annotate: TestContext['annotate']) {
  const since = performance.now()
  await until(() => [...gate.pids().filter(isAlive), ...place.alive()].length === 0, 'nothing of it lives')
  const deadMs = performance.now() - since
  await until(() => place.leftovers().length === 0 && !isAlive(reaper), 'nothing of it is left')
  const clearedMs = performance.now() - since
  await annotate(`all dead after ${Math.round(deadMs)} ms, all gone after ${Math.round(clearedMs)} ms`)
  expect(deadMs).toBeLessThan(DEAD_MS)
  expect(clearedMs).toBeLessThan(CLEARED_MS)
}

/** The reaper of a gate: its command line bears the session's name, which is that of the directory. */
function findReaper(place: Place, { running }: Gate): number {
  const [session = ''] = place.leftovers().map(name => name.replace('sidecar-harness-', ''))
  return processesNamed(session).find(pid => parentOf(pid) === running.pid) ?? 0
}

describe.concurrent('a gate in the middle of a life', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)(
    'ends on %s with %i and says so; nothing of it is left',
    async ([signal, code], { place, annotate }) => {
      const gate = await startGate(place)
      const reaper = findReaper(place, gate)
      expect(gate.pids().filter(isAlive)).toHaveLength(3)
      expect(isAlive(reaper)).toBe(true)

      const since = performance.now()
      // To the whole group, as a terminal does it.
      process.kill(-gate.running.pid, signal)
      const { exitCode, stdout, stderr } = await gate.running

      const endedMs = performance.now() - since
      await annotate(`ended ${Math.round(endedMs)} ms after ${signal}`)
      expect(endedMs).toBeLessThan(ENDS_MS)
      expect(exitCode).toBe(code)
      expect(stderr).toBe(`\n${signal}: ending what runs; once more ends it at once\n`)
      expect(stdout).toMatch(/^interrupted \d+ pass, 0 fail, /m)
      // At once: whatever it had was ended before it ended itself.
      expect(gate.pids().filter(isAlive)).toEqual([])
      expect(place.alive()).toEqual([])
      expect(place.leftovers()).toEqual([])
      expect(isAlive(reaper)).toBe(false)
    },
  )

  test('ends at once when it is told twice, and its reaper does the rest', async ({ place, annotate }) => {
    const gate = await startGate(place)
    const reaper = findReaper(place, gate)
    gate.running.kill('SIGINT')
    await until(() => gate.said().includes('once more ends it at once'), 'the first is understood')

    const since = performance.now()
    gate.running.kill('SIGINT')
    const { exitCode } = await gate.running

    expect(exitCode).toBe(130)
    expect(performance.now() - since).toBeLessThan(AT_ONCE_MS)
    await goesAway(place, gate, reaper, annotate)
  })

  test('can be killed outright, and nothing of it is left a second later', async ({ place, annotate }) => {
    const gate = await startGate(place)
    const reaper = findReaper(place, gate)

    gate.running.kill('SIGKILL')

    await goesAway(place, gate, reaper, annotate)
  })

  test('launches nothing more once it is interrupted', async ({ place }) => {
    // The second life of the gate is the first of two that the scenario wants.
    const program = `#!${process.execPath}
      const { appendFileSync, existsSync, writeFileSync } = require('node:fs')
      const { PIDS, PLACE } = process.env
      appendFileSync(PIDS, process.pid + '\\n')
      const isFirst = !existsSync(PLACE + '/first')
      writeFileSync(PLACE + '/first', '')
      process.on('SIGTERM', () => process.exit(0))
      if (isFirst) {
        const server = require('node:http').createServer((_, response) => response.end('{}'))
        server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
      } else {
        appendFileSync(PIDS, 'complete\\n')
        setInterval(() => {}, 1000)
      }`
    const gate = await startGate(place, program)
    const launched = gate.pids()

    gate.running.kill('SIGINT')
    const { exitCode, durationMs } = await gate.running

    expect(exitCode).toBe(130)
    expect(durationMs).toBeLessThan(10_000)
    expect(gate.pids()).toEqual(launched)
    expect(launched.filter(isAlive)).toEqual([])
    expect(place.leftovers()).toEqual([])
  })
})
