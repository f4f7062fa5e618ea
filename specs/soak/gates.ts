/*
 * Does a sound sidecar pass every time? Each sound sidecar is judged so often, on an idle machine and on one with twice
 * as many busy loops as cores; every outcome that is no pass, and was one before, is a flip. Interrupted, it goes on
 * where it was.
 */

import { createHash } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runGate } from '../../harness/gate/gate.ts'
import { selectHost } from '../../harness/host/index.ts'
import { type Entry, Ledger } from './gate-ledger.ts'
import { startBusyLoops } from './load.ts'
import { SUBJECTS, type SubjectName } from './subjects.ts'

export type Load = 'idle' | 'busy'

/** How many busy loops. */
export const LOADS: Readonly<Record<Load, number>> = { idle: 0, busy: 2 * availableParallelism() }

export interface GatesOptions {
  readonly runs: number
  readonly names: readonly SubjectName[]
  readonly loads: readonly Load[]
  /** Forgets the gates of earlier runs. */
  readonly isAfresh: boolean
}

/** How many gates had a flip in them. */
export async function soakGates(options: GatesOptions): Promise<number> {
  let flips = 0
  for (const name of options.names) for (const load of options.loads) flips += await soak(name, load, options)
  return flips
}

async function soak(name: SubjectName, load: Load, { runs, isAfresh }: GatesOptions): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'soak-'))
  const { resolved, file } = await SUBJECTS[name](directory)
  const binary = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12)
  const of = `${name} ${load} ${binary}${isAfresh ? ` ${Date.now()}` : ''}`
  const ledger = new Ledger(join(import.meta.dirname, '../../.soak/gates.jsonl'), of)
  const busy = startBusyLoops(LOADS[load])
  try {
    for (let run = ledger.read().length; run < runs; run++) {
      const { verdict } = await runGate({ resolved, file, host: selectHost() })
      const flips = verdict.clauses
        .filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped')
        .map(({ id, outcome, observed }) => ({ id, outcome, observed }))
      ledger.add({ durationMs: verdict.durationMs, flips })
      for (const { id, outcome, observed } of flips) {
        console.log(`${name}, ${load}, gate ${run + 1}: ${id} ${outcome}: ${observed}`)
      }
    }
  } finally {
    await busy.end()
  }
  return summarise(`${name}, ${load}`, ledger.read().slice(0, runs))
}

function summarise(what: string, gates: readonly Entry[]): number {
  const flipped = gates.filter(({ flips }) => flips.length > 0).length
  const times = gates.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const at = (share: number) => ((times[Math.round(share * (times.length - 1))] ?? 0) / 1000).toFixed(2)
  console.log(
    `${what}: ${gates.length} gates, ${flipped} with a flip; ${at(0.5)} s each (${at(0)} to ${at(1)})`,
  )
  return flipped
}
