import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { dir } from 'tmp-promise'
import { describe, expect, onTestFinished, test } from 'vitest'
import { judge } from '../../../harness/clauses/judge.ts'
import { reachVerdict } from '../../../harness/gate/verdict.ts'
import {
  type GateRecording,
  RecordingError,
  readRecording,
  writeRecording,
} from '../../../harness/recording/archive.ts'
import { contractOf, evidenceOf, soundLives } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'

const FACTS = { startedAt: new Date(0), durationMs: 1, phases: [], concurrency: 1, interrupted: false }

/** A path for a recording in a directory that is gone after the test. */
async function makePlace(): Promise<string> {
  const { path, cleanup } = await dir({ prefix: 'recording-', unsafeCleanup: true })
  onTestFinished(() => cleanup())
  return join(path, 'a', 'recording')
}

/** What a gate on a sidecar with a few faults would have recorded. */
function recorded(contract = {}): GateRecording {
  const faulty = aLife('stop-sigint')
    .logs('\u001B[31mgrößer\u001B[0m')
    .writes('stdout', 'stray\r\n')
    .announces()
    .isReady({ status: 200, schemaProblems: ['uptime: missing'] })
    .stopsOn('SIGINT', { exit: 130 })
  const scripts = new Map(
    [...soundLives(contractOf(contract), ['stop-sigterm']), faulty].map(life => [life.id, life]),
  )
  return {
    evidence: evidenceOf({ contract, lives: [...scripts.values()] }),
    raw: new Map([...scripts].map(([id, life]) => [id, life.raw()])),
  }
}

/** All files below a directory, by their relative paths. */
async function filesIn(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(files.map(async file => [relative(directory, file), await readFile(file)] as const)),
  )
}

describe('a recording on disk', () => {
  test('holds nothing of an older one in the same directory, and leaves other files alone', async () => {
    const place = await makePlace()
    const { evidence, raw } = recorded()
    await writeRecording(place, { evidence, raw })
    await writeFile(join(place, 'notes.txt'), 'mine')
    await writeRecording(place, { evidence: { ...evidence, lives: evidence.lives.slice(0, 1) }, raw })
    expect(await readdir(join(place, 'lives'))).toEqual([evidence.lives[0]?.id])
    expect(await readFile(join(place, 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('is judged to the same result as what it was written from', async () => {
    const place = await makePlace()
    const recording = recorded()
    await writeRecording(place, recording)
    const evidence = await readRecording(place)
    expect(evidence).toEqual(recording.evidence)
    expect(judge(evidence)).toEqual(judge(recording.evidence))
    expect(reachVerdict(evidence, FACTS)).toEqual(reachVerdict(recording.evidence, FACTS))
    expect(reachVerdict(evidence, FACTS).summary).toMatchObject({ fail: 3 })
  })

  test('keeps why scenarios were not performed, and under what conditions the others were', async () => {
    const place = await makePlace()
    const evidence = evidenceOf({
      conditions: { environment: 'caller', directory: 'private' },
      without: { 'fleet-sigterm': 'port/dynamic-by-default' },
    })
    await writeRecording(place, { evidence, raw: new Map() })
    expect((await readRecording(place)).plan).toEqual(evidence.plan)
  })

  test('of a file that was never launched has no lives', async () => {
    const place = await makePlace()
    const evidence = evidenceOf({ only: [], artifact: { mode: 0o644 } })
    await writeRecording(place, { evidence, raw: new Map() })
    expect(judge(await readRecording(place))).toEqual(judge(evidence))
  })

  test('holds the bytes of both streams as they came', async () => {
    const place = await makePlace()
    await writeRecording(place, recorded())
    const files = await filesIn(place)
    expect(files.get('lives/stop-sigint/stdout.raw')?.toString()).toBe('stray\r\nBACKEND_PORT:41234\n')
    expect(files.get('lives/stop-sigint/stderr.raw')?.toString()).toBe('\u001B[31mgrößer\u001B[0m\n')
    expect(files.has('lives/port-pair.1/stdout.raw')).toBe(false)
  })

  test('is JSON that one can read line by line', async () => {
    const place = await makePlace()
    const recording = recorded()
    await writeRecording(place, recording)
    const events = (await filesIn(place)).get('lives/stop-sigint/events.jsonl')?.toString().split('\n') ?? []
    expect(events.pop()).toBe('')
    const life = recording.evidence.lives.find(({ id }) => id === 'stop-sigint')
    expect(events.map(line => JSON.parse(line))).toEqual(life?.events)
  })

  test('names the variables of the contract, and has the value of none in any file', async () => {
    const place = await makePlace()
    const env = { API_KEY: 'hunter2-first', DATABASE_URL: 'postgres://me:hunter2@db' }
    await writeRecording(place, recorded({ env }))
    const files = await filesIn(place)
    expect(files.size).toBeGreaterThan(20)
    for (const [name, bytes] of files) expect(bytes.includes('hunter2'), name).toBe(false)
    expect((await readRecording(place)).contract.env).toEqual({
      API_KEY: '[redacted]',
      DATABASE_URL: '[redacted]',
    })
  })

  test.skipIf(process.platform === 'win32')('is for its user alone', async () => {
    const place = await makePlace()
    await writeRecording(place, recorded())
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
    for (const part of ['', 'lives', 'lives/stop-sigint']) expect(await modeOf(join(place, part))).toBe('700')
    for (const name of (await filesIn(place)).keys())
      expect(await modeOf(join(place, name)), name).toBe('600')
  })

  test('replaces one that was there', async () => {
    const place = await makePlace()
    await writeRecording(place, recorded())
    const evidence = evidenceOf({ contract: { stop: { signals: ['SIGINT'] } } })
    await writeRecording(place, { evidence, raw: new Map() })
    expect(await readRecording(place)).toEqual(evidence)
  })
})

describe('what is no recording', () => {
  /** What is said of a recording that was damaged like this, its path cut short. */
  async function complaint(damage: (place: string) => Promise<unknown>): Promise<string> {
    const place = await makePlace()
    await writeRecording(place, recorded())
    await damage(place)
    const error = await readRecording(place).then(
      () => null,
      (problem: unknown) => problem,
    )
    expect(error).toBeInstanceOf(RecordingError)
    expect(error).toMatchObject({ name: 'RecordingError', directory: place })
    return (error as Error).message.replaceAll(place, '…')
  }

  const write = (name: string, text: string) => (place: string) => writeFile(join(place, name), text)
  const remove = (name: string) => (place: string) => rm(join(place, name), { recursive: true })

  test.each([
    [
      'another schema',
      write('recording.json', '{"schema":3}'),
      '… holds a recording of schema 3; this version reads 2',
    ],
    [
      'no schema',
      write('recording.json', '{}'),
      '… holds a recording of schema undefined; this version reads 2',
    ],
    ['no lives', write('recording.json', '{"schema":2}'), '… is not whole: recording.json names no lives'],
    [
      'no object',
      write('recording.json', 'null'),
      '… holds no readable recording.json: it is no JSON object',
    ],
    ['a missing life', remove('lives/stop-sigint'), '… is not whole: lives/stop-sigint is missing'],
    ['no life at all', remove('lives'), '… is not whole: lives/stop-sigterm is missing'],
    [
      'a life outside',
      write('recording.json', '{"schema":2,"lives":["../../x"]}'),
      '… is not whole: lives/../../x is missing',
    ],
  ])('is refused for %s', async (_what, damage, message) => {
    expect(await complaint(damage)).toBe(message)
  })

  test.each([
    ['recording.json', write('recording.json', '{"schema":2,')],
    ['recording.json', remove('recording.json')],
    ['lives/stop-sigint/streams.json', write('lives/stop-sigint/streams.json', '')],
    ['lives/stop-sigint/streams.json', remove('lives/stop-sigint/streams.json')],
    ['lives/stop-sigint/events.jsonl', write('lives/stop-sigint/events.jsonl', '{"atMs":1}\n{"at')],
    ['lives/stop-sigint/events.jsonl', remove('lives/stop-sigint/events.jsonl')],
  ])('is refused for a damaged or missing %s', async (name, damage) => {
    expect(await complaint(damage)).toMatch(new RegExp(`^… holds no readable ${name}: .+`))
  })

  test('is refused for a file, an empty directory and nothing at all', async () => {
    const holdsNone = /^… holds no readable recording\.json: (ENOENT|ENOTDIR): /
    const replace = async (place: string, make: () => Promise<unknown>) => {
      await rm(place, { recursive: true })
      await make()
    }
    expect(await complaint(place => replace(place, () => writeFile(place, '')))).toMatch(holdsNone)
    expect(await complaint(place => replace(place, () => mkdir(place)))).toMatch(holdsNone)
    expect(await complaint(place => replace(place, async () => {}))).toMatch(holdsNone)
  })
})
