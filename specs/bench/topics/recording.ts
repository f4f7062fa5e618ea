import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Recorder } from '../../../harness/life/recorder.ts'
import { readGate, writeRecording } from '../../../harness/recording/archive.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { absent, type Comparison, type Side, sideOf, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { DIST } from '../ways/harness.ts'
import { NotHereError } from '../workshop.ts'

const run = promisify(execFile)
const CLI = join(DIST, 'cli.js')

const LIVES = 1_000
/** Of one event the clock shows nothing. */
const EVENTS = 200_000

/** What is observed is kept: as it comes, on disk, and to be judged again. */
export const recording: Topic = {
  name: 'recording',
  what: 'an event recorded, written and read; 1,000 saved lives judged again',
  mostRounds: 11,
  measure: async ({ rounds, workshop }) => {
    let saved: string
    try {
      saved = await record((await workshop.subject('native')).gate, workshop.directory)
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error
      return [{ what: 'an event', unit: 'µs', base: null, sides: [absent('recorded', error.message)] }]
    }
    const gate = await readGate(saved)
    const many = await multiply(saved, gate.evidence.lives.length)
    return [
      await compareEvents(gate, saved, workshop.directory, rounds),
      await weigh(gate.evidence, saved),
      await compareReplays(many, rounds),
    ]
  },
}

/** A whole gate, kept. */
async function record(gate: readonly string[], directory: string): Promise<string> {
  const place = join(await mkdtemp(join(directory, 'recorded-')), 'gate')
  await run(process.execPath, [CLI, 'check', ...gate, '--artifacts', place])
  return place
}

async function compareEvents(
  gate: Awaited<ReturnType<typeof readGate>>,
  saved: string,
  directory: string,
  rounds: number,
): Promise<Comparison> {
  const events = eventsOf(gate.evidence)
  const place = join(directory, 'rewritten')
  const contenders = [
    { name: 'recorded', run: async () => ({ us: recordAgain(gate.evidence) }) },
    {
      name: 'written to disk',
      run: async () => ({
        us: (await msOf(() => writeRecording(place, { ...gate, raw: new Map() }))) * (1e3 / events),
      }),
    },
    {
      name: 'read from disk',
      run: async () => ({ us: (await msOf(() => readGate(saved))) * (1e3 / events) }),
    },
  ]
  const taken = await takeTurns<'us'>(contenders, rounds)
  return { what: 'an event', unit: 'µs', base: null, sides: taken.map(each => sideOf(each, 'us')) }
}

/** The same events once more, over and over, by the clock that they had. */
function recordAgain({ lives }: Evidence): number {
  const known = lives.flatMap(({ events }) => events)
  const startedAtMs = performance.now()
  let recorder = new Recorder(() => performance.now())
  for (let count = 0; count < EVENTS; count++) {
    const event = known[count % known.length]
    if (event === undefined) throw new Error('the gate has recorded nothing')
    const { atMs: _, ...observation } = event
    recorder.record(observation)
    if (recorder.events.length === known.length) recorder = new Recorder(() => performance.now())
  }
  return ((performance.now() - startedAtMs) * 1e3) / EVENTS
}

async function weigh(evidence: Evidence, saved: string): Promise<Comparison> {
  const sizes = await Promise.all(
    evidence.lives.map(({ id }) => stat(join(saved, 'lives', id, 'events.jsonl'))),
  )
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0)
  const each: Side = { name: 'an event on disk', samples: [bytes / eventsOf(evidence)] }
  const life: Side = { name: 'the events of a life on disk', samples: [bytes / evidence.lives.length] }
  return { what: 'size', unit: 'bytes', base: null, sides: [each, life] }
}

/** That gate beside itself, as gates of several sidecars lie in one directory, until it is a thousand lives. */
async function multiply(saved: string, lives: number): Promise<string> {
  const many = `${saved}-${LIVES}`
  await mkdir(many)
  for (let copy = 0; copy * lives < LIVES; copy++)
    await cp(saved, join(many, `gate-${copy}`), { recursive: true })
  return many
}

async function compareReplays(many: string, rounds: number): Promise<Comparison> {
  const report = `${many}.json`
  const replay = async () => {
    await rm(report, { force: true })
    const ms = await msOf(() => run(process.execPath, [CLI, 'replay', many, '--reporter', `json=${report}`]))
    const { sidecars, verdict } = JSON.parse(await readFile(report, 'utf8')) as VerdictDocument
    const lives = sidecars.reduce((sum, sidecar) => sum + sidecar.lives.length, 0)
    if (verdict !== 'pass' || lives < LIVES) throw new Error(`of ${lives} lives the verdict is ${verdict}`)
    return { ms: (ms * LIVES) / lives }
  }
  const taken = await takeTurns([{ name: 'replay of 1,000 lives', run: replay }], rounds, 1)
  return { what: 'judging again', unit: 'ms', base: null, sides: taken.map(each => sideOf(each, 'ms')) }
}

function eventsOf({ lives }: Evidence): number {
  return lives.reduce((sum, { events }) => sum + events.length, 0)
}

async function msOf(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await act()
  return performance.now() - startedAtMs
}
