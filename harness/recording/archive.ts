import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import type { Evidence } from './evidence.ts'
import type { LifeEvent, LifeRecording, StreamName } from './recording.ts'

/**
 * A recording on disk: `recording.json` (schema, contract, artifact, host, plan), and for each life a
 * directory with `events.jsonl`, `streams.json` and the raw bytes of both streams. With it alone everything can
 * be judged again.
 */
export const RECORDING_SCHEMA = 1

export interface GateRecording {
  readonly evidence: Evidence
  /** The kept bytes of each life's streams, as they came. */
  readonly raw: ReadonlyMap<string, RawStreams>
}

export type RawStreams = Readonly<Record<StreamName, { head: Buffer; tail: Buffer }>>

/** The directory holds no recording that this version can read. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
  readonly directory: string

  constructor(directory: string, message: string, options?: ErrorOptions) {
    super(`${directory} ${message}`, options)
    this.directory = directory
  }
}

/** Writes a recording for its user alone (mode 0700): what a sidecar logs can be private. */
export async function writeRecording(directory: string, { evidence, raw }: GateRecording): Promise<void> {
  const { lives, contract, ...rest } = evidence
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const whole = {
    schema: RECORDING_SCHEMA,
    ...rest,
    contract: redact(contract),
    lives: lives.map(({ id }) => id),
  }
  await writeFile(join(directory, 'recording.json'), `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 })
  await Promise.all(
    lives.map(async life => {
      const place = join(directory, 'lives', life.id)
      await mkdir(place, { recursive: true, mode: 0o700 })
      const { events, ...streams } = life
      const lines = events.map(event => `${JSON.stringify(event)}\n`).join('')
      await writeFile(join(place, 'events.jsonl'), lines, { mode: 0o600 })
      await writeFile(join(place, 'streams.json'), `${JSON.stringify(streams)}\n`, { mode: 0o600 })
      for (const name of ['stdout', 'stderr'] as const) {
        const kept = raw.get(life.id)?.[name]
        if (kept === undefined) continue
        await writeFile(join(place, `${name}.raw`), Buffer.concat([kept.head, kept.tail]), { mode: 0o600 })
      }
    }),
  )
}

/** Reads what writeRecording wrote. Throws RecordingError for anything else. */
export async function readRecording(directory: string): Promise<Evidence> {
  const whole = await readJson(directory, 'recording.json')
  if (whole.schema !== RECORDING_SCHEMA) {
    const found = JSON.stringify(whole.schema)
    throw new RecordingError(
      directory,
      `holds a recording of schema ${found}; this version reads ${RECORDING_SCHEMA}`,
    )
  }
  const known = new Set(await readdir(join(directory, 'lives')).catch(() => []))
  const lives = (whole.lives as string[]).map(async id => {
    if (!known.has(id)) throw new RecordingError(directory, `is not whole: lives/${id} is missing`)
    return readLife(directory, id)
  })
  const { schema: _, ...rest } = whole
  return { ...(rest as unknown as Evidence), lives: await Promise.all(lives) }
}

async function readLife(directory: string, id: string): Promise<LifeRecording> {
  const streams = await readJson(directory, join('lives', id, 'streams.json'))
  const lines = (await readFile(join(directory, 'lives', id, 'events.jsonl'), 'utf8')).split('\n')
  const events = lines.filter(line => line !== '').map(line => JSON.parse(line) as LifeEvent)
  return { ...(streams as unknown as LifeRecording), events }
}

async function readJson(directory: string, name: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(join(directory, name), 'utf8'))
  } catch (error) {
    throw new RecordingError(directory, `holds no readable ${name}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** A contract's environment can hold keys to somebody's account; judges need its names alone. */
function redact(contract: Contract): Contract {
  return { ...contract, env: Object.fromEntries(Object.keys(contract.env).map(name => [name, '[redacted]'])) }
}
