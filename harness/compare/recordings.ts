import { reachVerdict } from '../gate/verdict.ts'
import { readGate } from '../recording/archive.ts'
import { type Comparison, compare } from './compare.ts'
import { takeSnapshot } from './snapshot.ts'

/** Compares what two gates have recorded, by this version's judges. Throws RecordingError. */
export async function compareRecordings(old: string, now: string): Promise<Comparison> {
  const [before, after] = await Promise.all([old, now].map(readSide))
  if (before === undefined || after === undefined) throw new RangeError('A comparison has two sides.')
  return compare(before, after)
}

async function readSide(directory: string) {
  const { evidence, facts } = await readGate(directory)
  return takeSnapshot({ evidence, verdict: reachVerdict(evidence, facts) })
}
