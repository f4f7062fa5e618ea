import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import type { Fault } from '../../../fixtures/faulty/fault.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import { diagnose } from '../../../harness/diagnosis/diagnose.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import type { LifeRecording, Line } from '../../../harness/recording/recording.ts'

/** What the catalogue of diagnoses says of the clause that a fault breaks; undefined where it says nothing. */
export function diagnosisOf({ breaks }: Fault, evidence: Evidence): string | undefined {
  const judgement = judge(evidence).find(({ id }) => id === breaks)
  return judgement === undefined ? undefined : diagnose(judgement, evidence)?.id
}

/** Nothing of the platform's own is in these, and nothing of ours: a sidecar that logs in other words. */
const OTHER_WORDS = ['lorem ipsum', 'dolor sit amet', 'consectetur adipiscing', 'sed do eiusmod tempor']
const LETTERS = 'abcdefghij'

/** Who explains himself by these was not written by us: a loader, a runtime, or the kernel's own words. */
const OF_THE_PLATFORM =
  /GLIBC|shared librar|loader|Traceback|^Error|Error:|EADDRINUSE|ENOENT|node:internal|snapshot|[Mm]odule|segmentation|Fatal/

/** The same evidence of a sidecar with another name, whose human words on stderr are others. */
export function disguise(evidence: Evidence): Evidence {
  const { artifact } = evidence
  const ending = extname(artifact.name) === '.exe' ? '.exe' : ''
  const name = artifact.nameTriple === null ? 'something' : `something-${artifact.nameTriple}${ending}`
  return {
    ...evidence,
    artifact: { ...artifact, name, path: artifact.path.replace(artifact.name, name) },
    lives: evidence.lives.map(withOtherWords),
  }
}

function withOtherWords(life: LifeRecording): LifeRecording {
  return { ...life, stderr: { ...life.stderr, lines: life.stderr.lines.map(inOtherWords) } }
}

function inOtherWords(line: Line): Line {
  if (line.reading.kind !== 'other' || line.text.trim() === '' || OF_THE_PLATFORM.test(line.text)) return line
  return { ...line, text: otherWordsFor(line.text) }
}

/** The same for the same text, whatever numbers are in it, and others for another: judges compare what is said. */
function otherWordsFor(text: string): string {
  const digest = createHash('sha256').update(text.replace(/\d+/g, '#')).digest()
  const word = OTHER_WORDS[digest.readUInt8() % OTHER_WORDS.length]
  const letters = [...digest.subarray(1, 7)].map(byte => LETTERS[byte % LETTERS.length])
  const numbers = text.match(/\d+/g) ?? []
  return [word, letters.join(''), ...numbers].join(' ')
}
