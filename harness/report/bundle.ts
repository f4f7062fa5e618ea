import { type BundleFinding, type CopyFinding, sayList } from '../bundle/judge.ts'
import { printable } from '../text/printable.ts'
import { tell } from './explain.ts'
import { MARKS, type Paint } from './paint.ts'
import { showPathFrom } from './reproduce.ts'

/** A developer's directory of bundles has ten copies at most; a report of more is read as data. */
const MOST_COPIES = 20

/** A bundle in which all is well, in a line or some; as much of one that fails is told by explainBundle. */
export function describeBundle(finding: BundleFinding, paint: Paint): readonly string[] {
  const { mark, style } = MARKS[finding.outcome]
  const { unopened } = finding
  return [
    paint(style, `${mark} ${headline(finding)}`),
    ...tellCopies(finding),
    ...(unopened.length === 0 ? [] : [tell('closed', `${sayList(unopened)}: not looked into`)]),
  ]
}

/** A bundle that fails, as every report for people tells it. */
export function explainBundle(finding: BundleFinding): string {
  const { expected, observed, copies, unopened, mend } = finding
  return [
    headline(finding),
    tell('expected', expected),
    tell('seen', observed),
    ...(copies.length > 1 ? tellCopies(finding) : []),
    ...(unopened.length === 0 ? [] : [tell('closed', `${sayList(unopened)}: not looked into`)]),
    ...(mend === null ? [] : [tell('mend', mend)]),
  ].join('\n')
}

function headline({ directory, copies }: BundleFinding): string {
  const where = printable(showPathFrom(directory, process.cwd()), Number.POSITIVE_INFINITY)
  return `bundle ${where}: ${copies.length} ${copies.length === 1 ? 'copy' : 'copies'}`
}

function tellCopies({ copies }: BundleFinding): readonly string[] {
  const line = ({ path, outcome, observed }: CopyFinding) =>
    tell('', `${SIGNS[outcome]} ${printable(path, Number.POSITIVE_INFINITY)}: ${observed}`)
  const more = copies.length - MOST_COPIES
  return [...copies.slice(0, MOST_COPIES).map(line), ...(more > 0 ? [tell('', `… ${more} more`)] : [])]
}

const SIGNS: Readonly<Record<CopyFinding['outcome'], string>> = {
  pass: MARKS.pass.mark,
  fail: MARKS.fail.mark,
  note: '·',
}
