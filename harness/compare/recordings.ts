import { reachVerdict } from '../gate/verdict.ts'
import { readGate } from '../recording/archive.ts'
import { type Comparison, compare } from './compare.ts'
import { type Recorded, takeSnapshot } from './snapshot.ts'

/** Compares what two gates have recorded, by this version's judges. Throws RecordingError. */
export async function compareRecordings(old: string, now: string): Promise<Comparison> {
  const [before, after] = [await judgeAgain(old), await judgeAgain(now)]
  // Plain lives are compared with nothing but plain lives.
  const kind = [before, after].every(({ evidence }) => evidence.plan.session !== undefined) ? 'plain' : 'gate'
  return compare(takeSnapshot(before, { kind }), takeSnapshot(after, { kind }))
}

async function judgeAgain(directory: string): Promise<Recorded> {
  const { evidence, facts } = await readGate(directory)
  return { evidence, verdict: reachVerdict(evidence, facts) }
}
