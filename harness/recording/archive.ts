import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import { withoutSecrets } from '../contract/secrets.ts'
import { PlainError } from '../text/plain-error.ts'
import { readRegular } from '../text/read-regular.ts'
import type { Evidence } from './evidence.ts'
import type { GateFacts } from './facts.ts'
import type { LifeEvent, LifeRecording, StreamName } from './recording.ts'

/**
 * A recording on disk: `recording.json` (schema, contract, artifact, host, plan, and what the gate was), and for each life a
 * directory with `events.jsonl`, `streams.json` and the raw bytes of both streams. With it alone everything can
 * be judged again.
 */
export const RECORDING_SCHEMA = 2

export interface GateRecording {
  readonly evidence: Evidence
  /** Left out where no gate judged these lives: a spec drove them. */
  readonly facts?: GateFacts
  /** The kept bytes of each life's streams, as they came. */
  readonly raw: ReadonlyMap<string, RawStreams>
}

export type RawStreams = Readonly<Record<StreamName, { head: Buffer; tail: Buffer }>>

/** The directory holds no recording that this version can read. */
export class RecordingError extends PlainError {
  override readonly name = 'RecordingError'
  override readonly blame = 'caller'
  readonly directory: string

  constructor(directory: string, message: string, options?: ErrorOptions) {
    super(`${directory} ${message}`, options)
    this.directory = directory
  }
}

/** Writes a recording for its user alone (mode 0700): what a sidecar logs can be private. */
export async function writeRecording(
  directory: string,
  { evidence, facts, raw }: GateRecording,
): Promise<void> {
  const { lives, contract, ...rest } = evidence
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await removeOlder(directory)
  const whole = {
    schema: RECORDING_SCHEMA,
    ...rest,
    ...(facts === undefined ? {} : { gate: facts }),
    contract: redact(contract),
    lives: lives.map(({ id }) => id),
  }
  await writeFile(join(directory, 'recording.json'), `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 })
  // One after the other: what is written of a flood is megabytes for each.
  for (const life of lives) await writeLife(join(directory, 'lives', life.id), life, raw.get(life.id))
}

async function writeLife(place: string, life: LifeRecording, raw: RawStreams | undefined): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o700 })
  const { events, ...streams } = life
  const lines = events.map(event => `${JSON.stringify(event)}\n`).join('')
  await writeFile(join(place, 'events.jsonl'), lines, { mode: 0o600 })
  await writeFile(join(place, 'streams.json'), `${JSON.stringify(streams)}\n`, { mode: 0o600 })
  for (const name of ['stdout', 'stderr'] as const) {
    const kept = raw?.[name]
    if (kept === undefined) continue
    await writeFile(join(place, `${name}.raw`), kept.head, { mode: 0o600 })
    if (kept.tail.length > 0) await appendFile(join(place, `${name}.raw`), kept.tail)
  }
}

/** Lives of an older gate would be taken for this one's. What is no recording is not touched. */
async function removeOlder(directory: string): Promise<void> {
  if (!(await readdir(directory)).includes('recording.json')) return
  const { schema, lives } = await readJson(directory, 'recording.json').catch(notOurs)
  if (schema === RECORDING_SCHEMA && Array.isArray(lives)) {
    await rm(join(directory, 'lives'), { recursive: true, force: true })
  }
}

/** A file of that name which cannot be read is somebody else's, and so is what stands beside it. */
function notOurs(error: unknown): Record<string, unknown> {
  if (error instanceof RecordingError) return {}
  throw error
}

/** Reads what writeRecording wrote. Throws RecordingError for anything else. */
export async function readRecording(directory: string): Promise<Evidence> {
  return (await readWhole(directory)).evidence
}

/** Reads what a gate recorded, and what that gate was. Throws RecordingError for anything else. */
export async function readGate(directory: string): Promise<{ evidence: Evidence; facts: GateFacts }> {
  const { evidence, gate } = await readWhole(directory)
  if (gate === undefined)
    throw new RecordingError(directory, 'holds the lives of a spec, which no gate has judged')
  const startedAt = new Date(gate.startedAt)
  if (Number.isNaN(startedAt.getTime()) || !Array.isArray(gate.phases))
    throw new RecordingError(directory, 'is not whole: recording.json does not tell when its gate began')
  return { evidence, facts: { ...gate, startedAt } }
}

async function readWhole(directory: string): Promise<{ evidence: Evidence; gate?: GateFacts }> {
  const whole = await readJson(directory, 'recording.json')
  if (whole.schema !== RECORDING_SCHEMA) {
    const found = JSON.stringify(whole.schema)
    throw new RecordingError(
      directory,
      `holds a recording of schema ${found}; this version reads ${RECORDING_SCHEMA}`,
    )
  }
  if (!Array.isArray(whole.lives)) {
    throw new RecordingError(directory, 'is not whole: recording.json names no lives')
  }
  const known = new Set(await readdir(join(directory, 'lives')).catch(() => []))
  const lives = whole.lives.map(async (given: unknown) => {
    const id = typeof given === 'string' ? given : JSON.stringify(given)
    if (!known.has(id)) throw new RecordingError(directory, `is not whole: lives/${id} is missing`)
    return readLife(directory, id)
  })
  const read = await Promise.all(lives)
  const wrong = PARTS.find(part => !isObject(whole[part]) && !(part === 'gate' && whole.gate === undefined))
  if (wrong !== undefined) {
    throw new RecordingError(directory, `is not whole: recording.json does not tell its ${wrong}`)
  }
  const { schema: _, gate, ...rest } = whole
  const evidence = { ...(rest as unknown as Evidence), lives: read }
  return gate === undefined ? { evidence } : { evidence, gate: gate as GateFacts }
}

async function readLife(directory: string, id: string): Promise<LifeRecording> {
  const streamsName = join('lives', id, 'streams.json')
  const streams = await readJson(directory, streamsName)
  if (streams.id !== id || !isStream(streams.stdout) || !isStream(streams.stderr))
    throw unreadable(directory, streamsName, new SyntaxError('it tells no streams of this life'))
  const name = join('lives', id, 'events.jsonl')
  try {
    const lines = (await readRegular(join(directory, name))).split('\n')
    const events = lines.filter(line => line !== '').map(line => toEvent(JSON.parse(line)))
    return { ...(streams as unknown as LifeRecording), events }
  } catch (error) {
    throw unreadable(directory, name, error)
  }
}

/** What stands in recording.json beside the lives. */
const PARTS = ['contract', 'artifact', 'host', 'plan', 'gate'] as const

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStream(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.lines) && Array.isArray(value.flaws)
}

function toEvent(value: unknown): LifeEvent {
  if (!isObject(value) || typeof value.atMs !== 'number' || typeof value.type !== 'string')
    throw new SyntaxError('a line of it is no event')
  return value as LifeEvent
}

async function readJson(directory: string, name: string): Promise<Record<string, unknown>> {
  try {
    const value = JSON.parse(await readRegular(join(directory, name)))
    if (!isObject(value)) throw new SyntaxError('it is no JSON object')
    return value
  } catch (error) {
    throw unreadable(directory, name, error)
  }
}

function unreadable(directory: string, name: string, error: unknown): RecordingError {
  const message = `holds no readable ${name}: ${(error as Error).message}`
  return new RecordingError(directory, message, { cause: error })
}

/** A contract's environment can hold keys to somebody's account; judges need its names alone. */
function redact(contract: Contract): Contract {
  const { env, ...rest } = withoutSecrets(contract)
  return { ...rest, env: Object.fromEntries(Object.keys(env).map(name => [name, '[redacted]'])) }
}
