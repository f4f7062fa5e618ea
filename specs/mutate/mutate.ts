/*
 * `pnpm mutate`: is anybody looking? Every judge in turn is forced to always pass, then to always fail, and each time
 * the detection matrix has to go red. The gate is run once on every faulty sidecar; what it recorded is then judged
 * by each mutant, as any saved recording can be.
 */

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLAUSES } from '../../harness/clauses/index.ts'
import { startForeignServer } from '../harness/faulty/judging.ts'
import guardRun from '../setup.ts'
import { disagreements, MUTATIONS, mutate } from './mutants.ts'
import { recordExhibits } from './record.ts'

const MOST_NAMED = 3

const endRun = await guardRun()
const foreign = await startForeignServer()
let survivors = 0
try {
  const directory = await mkdtemp(join(tmpdir(), 'mutate-'))
  const beganAtMs = performance.now()
  const exhibits = await recordExhibits(directory, foreign, name => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[Kthe gate on ${name}`)
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  const seconds = ((performance.now() - beganAtMs) / 1000).toFixed(1)
  console.log(`${exhibits.length} gates recorded in ${seconds} s`)

  const wrong = disagreements(exhibits, CLAUSES)
  for (const { exhibit, found, expected } of wrong) {
    console.log(
      `RED WITHOUT A MUTANT  ${exhibit}: found ${found.join(', ') || 'nothing'}, expected ${expected.join(', ') || 'nothing'}`,
    )
  }

  for (const { id } of CLAUSES) {
    for (const mutation of MUTATIONS) {
      const known = new Set(wrong.map(({ exhibit }) => exhibit))
      const red = disagreements(exhibits, mutate(id, mutation)).filter(({ exhibit }) => !known.has(exhibit))
      if (red.length === 0) survivors += 1
      const names = red.slice(0, MOST_NAMED).map(({ exhibit }) => exhibit)
      const more = red.length > MOST_NAMED ? `, and ${red.length - MOST_NAMED} more` : ''
      const verdict = red.length === 0 ? 'SURVIVES: nothing notices' : `red: ${names.join(', ')}${more}`
      console.log(`${id.padEnd(30)} ${mutation.padEnd(14)} ${verdict}`)
    }
  }
  const mutants = CLAUSES.length * MUTATIONS.length
  console.log(`${mutants - survivors} of ${mutants} mutants caught; ${wrong.length} exhibits red without one`)
  process.exitCode = survivors + wrong.length === 0 ? 0 : 1
} finally {
  foreign.close()
  await endRun()
}
