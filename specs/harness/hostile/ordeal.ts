/** One command against one hostile sidecar, and what has to hold of it, whatever the sidecar does. */

import { stripVTControlCharacters } from 'node:util'
import { expect } from 'vitest'
import type { Place, StartOptions } from '../cli/command.ts'
import { peakOf } from '../life/processes.ts'
import { until } from '../life/until.ts'

/**
 * Short, as nothing hostile gets better by waiting; long enough for a Node on a busy machine to be ready. So what takes
 * long is the harness itself.
 */
export const BUDGETS = { readyMs: 8_000, graceMs: 2_000, soonMs: 2_000 } as const

/** For those that are waited for in vain once they have announced themselves, which a busy machine takes a second for. */
export const VAIN = { readyMs: 2_000, graceMs: 500, soonMs: 500 } as const

/**
 * A command needs some 150 MiB of Node and of modules, and 4 MiB for both streams of a life. A stream that is kept shows
 * by far.
 */
const MOST_BYTES: number = 300 * 1024 * 1024
/** A whole gate keeps what is kept of sixty lives. */
export const GATE_BYTES: number = MOST_BYTES + 60 * 4 * 1024 * 1024

const LOOK_EVERY_MS = 20
/** One that takes too long is ended so much later. */
const OVER_MS = 1_000

export interface Endured {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** The most memory that the command had at once; 0 where the platform does not tell. */
  readonly peakBytes: number
}

/**
 * Runs a command to its end. It ends within the time given, keeps its memory flat, leaves neither a process nor a file
 * behind, and writes nothing that a terminal would obey.
 */
export async function endure(
  place: Place,
  args: readonly string[],
  withinMs: number,
  { mostBytes = MOST_BYTES, ...options }: StartOptions & { readonly mostBytes?: number } = {},
): Promise<Endured> {
  const since = performance.now()
  const running = place.start(args, { patienceMs: withinMs + OVER_MS, ...options })
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(running.pid ?? 0))
  }, LOOK_EVERY_MS)
  const { exitCode, stdout, stderr } = await running
  clearInterval(watch)
  expect(performance.now() - since, `it took too long:\n${stdout}\n${stderr}`).toBeLessThan(withinMs)
  expect(peakBytes).toBeLessThan(mostBytes)
  expectHarmless(stdout)
  expectHarmless(stderr)
  // A process that was killed with a gigabyte in its hands is gone some milliseconds later.
  await until(() => place.alive().length === 0, 'nothing of it is alive')
  expect(place.leftovers(), `exit code ${exitCode}:\n${stdout}\n${stderr}`).toEqual([])
  return { code: exitCode, stdout, stderr, peakBytes }
}

/** No terminal and no reader is told anything but text: no command writes to a terminal here, so there are no colours either. */
export function expectHarmless(text: string): void {
  expect(text).toBe(stripVTControlCharacters(text))
  const found = text.match(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/gu) ?? []
  expect(found.map(character => character.codePointAt(0)?.toString(16))).toEqual([])
}
