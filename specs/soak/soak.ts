/*
 * `pnpm soak --runs 100`: does a sound sidecar pass every time? A gate that is wrong one time in fifty gets switched
 * off. Each sound sidecar is judged so often, on an idle machine and on one with twice as many busy loops as cores;
 * every outcome that is no pass, and was one before, is a flip. Interrupted, it goes on where it was.
 */

import { createHash } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runGate } from '../../harness/gate/gate.ts'
import { selectHost } from '../../harness/host/index.ts'
import guardRun from '../setup.ts'
import { type Entry, Ledger } from './ledger.ts'
import { startBusyLoops } from './load.ts'
import { SUBJECTS, type SubjectName } from './subjects.ts'

const HELP = `pnpm soak [options]

  --runs N         gates for each sidecar and load (25)
  --subject NAME   reference, native or twin; may be given more than once (reference and native)
  --load NAME      idle or busy; may be given more than once (both)
  --afresh         forget the gates of earlier runs

Every gate is written to .soak/; a run that was interrupted goes on where it was.
`

const LOADS = { idle: 0, busy: 2 * availableParallelism() } as const
type Load = keyof typeof LOADS

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    subject: { type: 'string', multiple: true, default: ['reference', 'native'] },
    load: { type: 'string', multiple: true, default: ['idle', 'busy'] },
    afresh: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const runs = Number(values.runs)
const names = values.subject.filter((name): name is SubjectName => Object.hasOwn(SUBJECTS, name))
const loads = values.load.filter((name): name is Load => Object.hasOwn(LOADS, name))
if (values.help) {
  process.stdout.write(HELP)
} else if (
  !(Number.isInteger(runs) && runs > 0) ||
  names.length < values.subject.length ||
  loads.length < values.load.length
) {
  process.stderr.write(`That is not understood.\n\n${HELP}`)
  process.exitCode = 2
} else {
  const endRun = await guardRun()
  try {
    let flips = 0
    for (const name of names) for (const load of loads) flips += await soak(name, load)
    process.exitCode = flips === 0 ? 0 : 1
  } finally {
    await endRun()
  }
}

/** How many gates had a flip in them. */
async function soak(name: SubjectName, load: Load): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'soak-'))
  const { resolved, file } = await SUBJECTS[name](directory)
  const binary = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12)
  const of = `${name} ${load} ${binary}${values.afresh ? ` ${Date.now()}` : ''}`
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
