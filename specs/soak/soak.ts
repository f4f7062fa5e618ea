/*
 * `pnpm soak --runs 100`: does a sound sidecar pass every time? A gate that is wrong one time in fifty gets switched off.
 * `pnpm soak --lives 1000`: does the harness leave nothing behind, and stay as small as it was?
 */

import { parseArgs } from 'node:util'
import guardRun from '../setup.ts'
import { LOADS, type Load, soakGates } from './gates.ts'
import { LEAVINGS, type Leaving } from './lives/leave.ts'
import { soakLives } from './lives/lives.ts'
import { SUBJECTS, type SubjectName } from './subjects.ts'

const HELP = `pnpm soak [options]

  --runs N         gates for each sidecar and load (25)
  --subject NAME   ${Object.keys(SUBJECTS).join(', ')}; may be given more than once (reference and native)
  --load NAME      ${Object.keys(LOADS).join(', ')}; may be given more than once (both)
  --afresh         forget the gates of earlier runs

Every gate is written to .soak/; a run that was interrupted goes on where it was.

  --lives N        instead of gates: so many lives in one process, of sidecars that are sound and of some that are not,
                   and what is left of them
  --leave WHAT     leaves it behind on purpose, to see that it is found: ${Object.keys(LEAVINGS).join(', ')}
`

/** By a shell's convention: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    subject: { type: 'string', multiple: true, default: ['reference', 'native'] },
    load: { type: 'string', multiple: true, default: ['idle', 'busy'] },
    afresh: { type: 'boolean', default: false },
    lives: { type: 'string' },
    leave: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const count = Number(values.lives ?? values.runs)
const names = values.subject.filter((name): name is SubjectName => Object.hasOwn(SUBJECTS, name))
const loads = values.load.filter((name): name is Load => Object.hasOwn(LOADS, name))
const { leave } = values
if (values.help) {
  process.stdout.write(HELP)
} else if (
  !(Number.isInteger(count) && count > 0) ||
  names.length < values.subject.length ||
  loads.length < values.load.length ||
  (leave !== undefined && !(Object.hasOwn(LEAVINGS, leave) && values.lives !== undefined))
) {
  process.stderr.write(`That is not understood.\n\n${HELP}`)
  process.exitCode = 2
} else if (values.lives === undefined) {
  const endRun = await guardRun()
  try {
    process.exitCode = (await soakGates({ runs: count, names, loads, isAfresh: values.afresh })) === 0 ? 0 : 1
  } finally {
    await endRun()
  }
} else if (process.platform !== 'linux') {
  process.stderr.write('What is left of lives is seen in /proc, which only Linux has.\n')
  process.exitCode = 2
} else {
  process.exitCode = await soakInterruptibly(count, leave as Leaving | undefined)
}

/** The first signal ends what lives, and then the soak; a second one ends it outright, and the reaper what lives. */
async function soakInterruptibly(lives: number, leave: Leaving | undefined): Promise<number> {
  const endRun = await guardRun()
  const interruption = new AbortController()
  const interrupt = (signal: 'SIGINT' | 'SIGTERM') => interruption.abort(signal)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  try {
    const found = await soakLives({ lives, leave, signal: interruption.signal })
    for (const each of found) console.log(`LEFT  ${each}`)
    if (interruption.signal.aborted) return CODES[interruption.signal.reason as keyof typeof CODES]
    console.log(found.length === 0 ? 'Nothing was left.' : `${found.length} findings`)
    return found.length === 0 ? 0 : 1
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupt)
    await endRun()
  }
}
