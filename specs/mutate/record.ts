import type { Server } from 'node:http'
import { availableParallelism } from 'node:os'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import type { Fault } from '../../fixtures/faulty/fault.ts'
import { hasCompiler } from '../../fixtures/native/make.ts'
import { runSideBySide } from '../../harness/gate/schedule.ts'
import type { Evidence } from '../../harness/recording/evidence.ts'
import { expectedBroken, judgeFaulty } from '../harness/faulty/judging.ts'

/** What was recorded on one sidecar, and the clauses that it has to be caught by. */
export interface Exhibit {
  readonly name: string
  readonly evidence: Evidence
  readonly expected: readonly string[]
}

/** Faulty sidecars mostly make the harness wait: more gates than cores keep the cores busy, and not too busy. */
const GATES_PER_CORE = 2

/** Runs the gate once on every faulty sidecar and on the sound ones: judges are put to the test on what it recorded. */
export async function recordExhibits(
  directory: string,
  foreign: Server,
  onProgress: (name: string) => void,
): Promise<readonly Exhibit[]> {
  const compiler = await hasCompiler()
  const subjects: (Fault | 'none' | 'sound-native')[] = [
    'none',
    ...(compiler ? (['sound-native'] as const) : []),
    ...faults.filter(({ kind }) => compiler || kind !== 'native'),
  ]
  const exhibits: Exhibit[] = []
  const tasks = subjects.map(subject => ({
    width: 1,
    async run() {
      const name = typeof subject === 'string' ? SOUND_NAMES[subject] : subject.name
      onProgress(name)
      const { recording } = await judgeFaulty(subject, directory, foreign)
      const expected = typeof subject === 'string' ? [] : expectedBroken(subject)
      exhibits.push({ name, evidence: recording.evidence, expected })
    },
  }))
  await runSideBySide(tasks, GATES_PER_CORE * availableParallelism(), () => false)
  return exhibits
}

const SOUND_NAMES = { none: 'the sound twin', 'sound-native': 'the sound sidecar in C' } as const
