/** Lives of real programs, for these specs: written into a directory of their own, and ended whatever happens. */

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type TestAPI } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { Life } from '../../../harness/life/life.ts'
import type { LifePlan, Subject } from '../../../harness/life/plan.ts'
import { openSession, type Session } from '../../../harness/life/session.ts'
import {
  BASELINE,
  type EventOf,
  type LifeEvent,
  type StreamName,
} from '../../../harness/recording/recording.ts'
import { PATIENCE_MS, until } from './until.ts'

export interface Stage {
  readonly session: Session
  /** Where its programs are written. */
  readonly directory: string
  /** Writes a shell program and returns its path. */
  shell(source: string): Promise<string>
  /** Writes a Node program (CommonJS) and returns its path. */
  node(source: string): Promise<string>
  /** Launches the program as the subject of this contract. */
  launch(file: string, input?: ContractInput, plan?: Partial<LifePlan>): Promise<Life>
}

/** What a desktop session has in its environment, and no sidecar of ours may see. */
export const CALLERS_SECRET = 'STAGE_CALLERS_SECRET'

export async function openStage(): Promise<Stage & { close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'stage-'))
  const session = await openSession({
    host: selectHost(),
    callerEnvironment: { ...process.env, [CALLERS_SECRET]: 'secret' },
  })
  let programs = 0
  let lives = 0
  const write = async (text: string): Promise<string> => {
    const path = join(directory, `program-${++programs}`)
    await writeFile(path, text)
    await chmod(path, 0o755)
    return path
  }
  return {
    session,
    directory,
    shell: source => write(`#!/bin/sh\n${source}\n`),
    node: source => write(`#!${process.execPath}\n${source}\n`),
    launch: (file, input = {}, plan = {}) =>
      Life.launch(session, subjectOf(file, input), {
        id: `life-${++lives}`,
        scenario: 'spec',
        instance: 0,
        conditions: BASELINE,
        launch: {},
        ...plan,
      }),
    async close() {
      try {
        await session.close()
      } finally {
        await rm(directory, { recursive: true })
      }
    },
  }
}

/** A test with a stage of its own, closed when it is over. */
export const test: TestAPI<{ stage: Stage }> = base.extend<{ stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async stage({}, use) {
    const stage = await openStage()
    try {
      await use(stage)
    } finally {
      await stage.close()
    }
  },
})

function subjectOf(file: string, input: ContractInput): Subject {
  const resolved = resolveContract(input, { file: null, directory: '/' })
  return { file, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
}

/** Waits until the life has written this much on a stream: what came so far, as text. */
export async function untilWritten(life: Life, stream: StreamName, wanted: RegExp): Promise<string> {
  await until(() => wanted.test(rawText(life, stream)), `${wanted} on ${stream}`)
  return rawText(life, stream)
}

/** What a stream held, as text: nothing here comes near to what is cut out. */
export function rawText(life: Life, stream: StreamName): string {
  const { head, tail } = life.raw(stream)
  return Buffer.concat([head, tail]).toString('utf8')
}

/** The events of one type in what was recorded so far. */
export function eventsOf<T extends LifeEvent['type']>(life: Life, type: T): EventOf<T>[] {
  return life.toRecording().events.filter((event): event is EventOf<T> => event.type === type)
}

/** The one event of a type; it is a failure when there is none, or another. */
export function theEvent<T extends LifeEvent['type']>(life: Life, type: T): EventOf<T> {
  const [event, ...others] = eventsOf(life, type)
  if (event === undefined || others.length > 0) {
    throw new Error(`${others.length + (event === undefined ? 0 : 1)} events of type ${type}`)
  }
  return event
}

/** Launches, waits for the exit, and ends it: for programs that end by themselves. */
export async function liveToItsEnd(life: Life): Promise<Life> {
  expect(await life.exits(PATIENCE_MS)).toBe(true)
  await life.end()
  return life
}
