import { describe, expect, test } from 'vitest'
import { reachVerdict } from '../../../harness/gate/verdict.ts'
import { renderTrace, type TraceEvent } from '../../../harness/report/trace.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess } from '../clauses/recordings.ts'
import { FACTS, runOf } from './verdicts.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

interface Trace {
  readonly displayTimeUnit: string
  readonly otherData: Readonly<Record<string, string>>
  readonly traceEvents: readonly TraceEvent[]
}

function read(...cases: readonly Case[]) {
  const evidences = cases.map(evidenceOf)
  const run = runOf(...evidences.map(each => reachVerdict(each, FACTS)))
  const trace: Trace = JSON.parse(renderTrace(run, evidences, TOOL))
  return { ...trace, events: trace.traceEvents, evidences }
}

const LIFE = aLife('stop-sigterm')
  .isLaunched()
  .logs('up')
  .announces()
  .isReady()
  .isSeen({ processes: [aProcess(500), { ...aProcess(501, '/app/worker --fast'), parentPid: 500 }] })
  .isMeasured('ready')
  .after(8)
  .isSent('SIGTERM')
  .isLate('exit')
  .isKilled()
  .leaves()

/** What each kind of event has to have, by the Trace Event Format. */
const NEEDED: Readonly<Record<TraceEvent['ph'], readonly (keyof TraceEvent)[]>> = {
  X: ['name', 'cat', 'ph', 'ts', 'dur', 'pid', 'tid'],
  i: ['name', 'cat', 'ph', 's', 'ts', 'pid', 'tid'],
  b: ['name', 'cat', 'ph', 'ts', 'pid', 'tid', 'id'],
  e: ['name', 'cat', 'ph', 'ts', 'pid', 'tid', 'id'],
  C: ['name', 'ph', 'ts', 'pid', 'args'],
  M: ['name', 'ph', 'pid', 'args'],
}

describe('the lives as a trace', () => {
  test('are events of the format, each with what its kind needs', () => {
    const { events, displayTimeUnit, otherData } = read({ lives: [LIFE] }, { contract: { name: 'search' } })
    expect(displayTimeUnit).toBe('ms')
    expect(otherData).toMatchObject({ verdict: 'fail', sidecars: 'sidecar, search' })
    expect(new Set(events.map(({ ph }) => ph))).toEqual(new Set(['M', 'X', 'b', 'e', 'i', 'C']))
    for (const event of events) {
      expect(Object.keys(event)).toEqual(expect.arrayContaining([...NEEDED[event.ph]]))
      for (const time of [event.ts ?? 0, event.dur ?? 0]) expect(time).toBeGreaterThanOrEqual(0)
      expect(event.pid).toBeGreaterThan(0)
    }
  })

  test('are a process each, named, with a thread for the story, for each stream and each process', () => {
    const { events, evidences } = read({ lives: [LIFE] })
    const names = events.filter(({ name }) => name === 'process_name')
    expect(names).toHaveLength(evidences[0]?.lives.length ?? 0)
    const { pid } = names.find(({ args }) => args?.name === 'stop-sigterm (sidecar)') ?? {}
    const threads = events.filter(event => event.pid === pid && event.name === 'thread_name')
    expect(threads.map(({ tid, args }) => [tid, args?.name])).toEqual([
      [1, 'life'],
      [2, 'stdout'],
      [3, 'stderr'],
      [500, 'backend'],
      [501, 'worker --fast'],
    ])
  })

  test('have their phases behind each other: slices of a thread must not overlap', () => {
    const { events } = read({ lives: [LIFE] })
    const [pid] = events.filter(({ args }) => args?.name === 'stop-sigterm (sidecar)').map(event => event.pid)
    const own = events.filter(event => event.pid === pid)
    const phases = own.filter(({ cat }) => cat === 'phase')
    expect(phases.map(({ name }) => name)).toEqual(['starting', 'answering', 'serving', 'stopping', 'gone'])
    phases.forEach(({ ts = 0, dur = 0 }, index) => {
      const next = phases[index + 1]?.ts
      if (next !== undefined) expect(ts + dur).toBeCloseTo(next, 1)
    })
    // Launched one second after the clock's zero, which is the first launch of all: in microseconds.
    expect(phases[1]).toMatchObject({ ts: 40_000, dur: 2000 })
  })

  test('have requests that begin and end, signals, log lines as they read, usage, and the verdict', () => {
    const { events } = read({ lives: [LIFE] })
    const begun = events.filter(({ ph }) => ph === 'b').map(({ id }) => id)
    const ended = events.filter(({ ph }) => ph === 'e').map(({ id }) => id)
    expect(begun.length).toBeGreaterThan(10)
    expect(new Set(begun).size).toBe(begun.length)
    expect(ended).toEqual(begun)
    const [pid] = events.filter(({ args }) => args?.name === 'stop-sigterm (sidecar)').map(event => event.pid)
    const own = events.filter(event => event.pid === pid)
    expect(own).toContainEqual(expect.objectContaining({ name: 'SIGTERM sent', ph: 'i', s: 'p' }))
    expect(own).toContainEqual(expect.objectContaining({ name: 'BACKEND_PORT:41234', ph: 'i', tid: 2 }))
    expect(own).toContainEqual(expect.objectContaining({ name: 'up', ph: 'i', tid: 3, ts: 0 }))
    expect(own).toContainEqual(
      expect.objectContaining({ name: 'descriptors', ph: 'C', args: { descriptors: 23 } }),
    )
    expect(own).toContainEqual(
      expect.objectContaining({
        name: '✖ stop/sigterm',
        args: expect.objectContaining({
          outcome: 'fail',
          observed: expect.stringContaining('still running'),
        }),
      }),
    )
  })

  test('are an empty trace where nothing was launched', () => {
    expect(read({ only: [] }).events).toEqual([])
  })
})
