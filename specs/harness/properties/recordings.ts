import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import {
  type GateRecording,
  RecordingError,
  readGate,
  readRecording,
  writeRecording,
} from '../../../harness/recording/archive.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import type { GateFacts } from '../../../harness/recording/facts.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { streamBytes } from './bytes.ts'
import { type Property, property } from './property.ts'

const FACTS: GateFacts = {
  startedAt: new Date('2026-01-01T00:00:00Z'),
  durationMs: 12.5,
  phases: [{ name: 'lives', ms: 3 }],
  concurrency: 1,
  interrupted: false,
}

/** A gate of a life or two that wrote these bytes, and was answered this. */
const recordings: fc.Arbitrary<GateRecording> = fc
  .record({
    stdout: streamBytes,
    stderr: streamBytes,
    body: fc.string({ unit: 'binary', maxLength: 40 }),
    headers: fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 }), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    code: fc.integer({ min: 0, max: 255 }),
    hasSecond: fc.boolean(),
  })
  .map(({ stdout, stderr, body, headers, code, hasSecond }) => {
    const lives = ['stop-sigterm', ...(hasSecond ? ['fleet-sigterm.1'] : [])].map(id =>
      aLife(id)
        .isLaunched()
        .writes('stdout', stdout)
        .writes('stderr', stderr)
        .announces()
        .isReady({ body, headers })
        .stopsOn('SIGTERM', { exit: code }),
    )
    return {
      evidence: evidenceOf({ only: lives }),
      facts: FACTS,
      raw: new Map(lives.map(life => [life.id, life.raw()])),
    }
  })

/** What one has to do to a file so that it is another. */
type Damage =
  | { readonly kind: 'cut'; readonly share: number }
  | { readonly kind: 'bytes'; readonly at: readonly (readonly [number, number])[] }
  | { readonly kind: 'replaced'; readonly by: string }
  | { readonly kind: 'field'; readonly at: number; readonly value: fc.JsonValue }

const shares = fc.double({ min: 0, max: 0.999, noNaN: true })
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), share: shares }),
  fc.record({
    kind: fc.constant('bytes' as const),
    at: fc.array(fc.tuple(shares, fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('replaced' as const), by: fc.oneof(fc.json(), fc.string()) }),
  fc.record({ kind: fc.constant('field' as const), at: fc.nat({ max: 12 }), value: fc.jsonValue() }),
)

export const RECORDINGS: readonly Property[] = [
  property(
    'what was written is read back',
    recordings,
    recording =>
      inDirectory(async directory => {
        await writeRecording(directory, recording)
        assert.deepEqual(await readGate(directory), { evidence: recording.evidence, facts: FACTS })
        for (const [id, streams] of recording.raw) {
          for (const [name, { head, tail }] of Object.entries(streams)) {
            const kept = await readFile(join(directory, 'lives', id, `${name}.raw`))
            assert.deepEqual(kept, Buffer.concat([head, tail]))
          }
        }
      }),
    { runs: 60 },
  ),
  property(
    'what is damaged is read or refused',
    fc.tuple(recordings, fc.nat({ max: 20 }), damages),
    ([recording, which, damage]) =>
      inDirectory(async directory => {
        await writeRecording(directory, recording)
        const entries = await readdir(directory, { recursive: true, withFileTypes: true })
        const files = entries
          .filter(entry => entry.isFile() && !entry.name.endsWith('.raw'))
          .map(entry => join(entry.parentPath, entry.name))
          .sort()
        await inflict(damage, files[which % files.length] ?? '')
        await refuses(async () => look(await readRecording(directory)))
        await refuses(async () => {
          const { evidence, facts } = await readGate(directory)
          look(evidence)
          facts.startedAt.toISOString()
        })
      }),
    {
      runs: 150,
      examples: [
        // The list of lives may hold anything.
        [whole(), 2, { kind: 'replaced', by: '{"schema":2,"lives":[{"toString":1}]}' }],
        [whole(), 2, { kind: 'replaced', by: '{"schema":2,"lives":[null]}' }],
        [whole(), 2, { kind: 'field', at: 5, value: null }],
        [whole(), 2, { kind: 'field', at: 5, value: { startedAt: 'never' } }],
        [whole(), 2, { kind: 'field', at: 1, value: [] }],
        [whole(), 1, { kind: 'replaced', by: '[]' }],
        [whole(), 0, { kind: 'replaced', by: 'null\n' }],
      ],
    },
  ),
]

function whole(): GateRecording {
  const life = aLife('stop-sigterm').announces().isReady().stopsOn('SIGTERM')
  return { evidence: evidenceOf({ only: [life] }), facts: FACTS, raw: new Map() }
}

async function inflict(damage: Damage, file: string): Promise<void> {
  const bytes = await readFile(file)
  switch (damage.kind) {
    case 'cut':
      return truncate(file, Math.floor(bytes.length * damage.share))
    case 'replaced':
      return writeFile(file, damage.by)
    case 'bytes': {
      for (const [share, value] of damage.at) bytes[Math.floor(bytes.length * share)] = value
      return writeFile(file, bytes)
    }
    case 'field': {
      const lines = bytes.toString().trimEnd().split('\n')
      const isJson = file.split(sep).at(-1) !== 'events.jsonl'
      const text = isJson ? lines.join('\n') : (lines[damage.at % lines.length] ?? '')
      const data: Record<string, unknown> = JSON.parse(text)
      const keys = Object.keys(data)
      data[keys[damage.at % keys.length] ?? ''] = damage.value
      return writeFile(file, isJson ? JSON.stringify(data) : [JSON.stringify(data), ...lines].join('\n'))
    }
  }
}

/** What whoever reads it looks at first. */
function look({ lives, contract, artifact, host, plan }: Evidence): void {
  for (const part of [contract, artifact, host, plan])
    assert.ok(!Array.isArray(part) && part instanceof Object)
  for (const { id, events, stdout, stderr } of lives) {
    assert.equal(typeof id, 'string')
    for (const { atMs, type } of events) assert.deepEqual([typeof atMs, typeof type], ['number', 'string'])
    for (const { lines, flaws } of [stdout, stderr]) assert.ok(Array.isArray(lines) && Array.isArray(flaws))
  }
}

async function refuses(read: () => Promise<unknown>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error
    assert.notEqual(error.message, '')
  }
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'recording-'))
  try {
    await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
