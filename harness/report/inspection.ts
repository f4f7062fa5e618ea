import type { ClauseResult } from '../gate/clause-result.ts'
import { printable } from '../text/printable.ts'
import { tell, tellGrounds } from './explain.ts'
import type { InspectedFile, Inspection } from './inspection-document.ts'
import { FACT_INDENT, type Fact, tellFacts } from './inspection-facts.ts'
import { MARKS, type Paint, paintFor } from './paint.ts'
import { showPathFrom } from './reproduce.ts'
import { count, ID_WIDTH } from './words.ts'

const INDENT = ' '.repeat(2)
/** What is to be mended comes first, and of that what is gravest. */
const ORDER: readonly ClauseResult['outcome'][] = ['fail', 'warn', 'waived', 'skipped', 'blocked']

/** A block for each file, for people: what it is, what is wrong with it, and how to mend that. */
export function renderInspection({ files }: Inspection, stream: NodeJS.WriteStream | null): string {
  const paint = paintFor(stream)
  return `${files.map(file => renderFile(file, paint).join('\n')).join('\n\n')}\n`
}

function renderFile({ artifact, clauses }: InspectedFile, paint: Paint): readonly string[] {
  const path = printable(showPathFrom(artifact.path, process.cwd()), Number.POSITIVE_INFINITY)
  const told = clauses.map(({ observed }) => observed)
  // Those that are another machine's concern: no clause fails for them here.
  const defects = artifact.defects.map(({ sentence }) => sentence).filter(each => !told.includes(each))
  return [
    paint('bold', path),
    ...tellFacts(artifact).flatMap(([label, fact]) => tellFact(label, fact)),
    ...defects.flatMap(sentence => tellFact('wrong', printable(sentence, Number.POSITIVE_INFINITY))),
    '',
    ...renderClauses(clauses, paint),
  ]
}

function tellFact(label: string, fact: Fact[1]): readonly string[] {
  const head = `${INDENT}${label}`.padEnd(FACT_INDENT)
  return [fact].flat().map((line, index) => (index === 0 ? head : ' '.repeat(FACT_INDENT)) + line)
}

/** What holds in one line; what does not, with its cure; and why the rest could not be judged. */
function renderClauses(clauses: readonly ClauseResult[], paint: Paint): readonly string[] {
  const holding = clauses
    .filter(({ outcome }) => outcome === 'pass')
    .map(({ id }) => id.replace('artifact/', ''))
  const { mark, style } = MARKS.pass
  return [
    ...(holding.length === 0
      ? []
      : [
          `  ${paint(style, mark)} ${holding.length} of ${count(clauses.length, 'clause')} hold: ${holding.join(', ')}`,
        ]),
    ...ORDER.flatMap(wanted => clauses.filter(({ outcome }) => outcome === wanted)).flatMap(clause =>
      renderClause(clause, paint),
    ),
  ]
}

function renderClause(clause: ClauseResult, paint: Paint): readonly string[] {
  const { id, outcome, observed, expected, diagnosis, reason, blockedBy, level } = clause
  const { mark, style } = MARKS[outcome]
  const head = `  ${paint(style, mark)} `
  if (outcome === 'skipped') return [`${head}${id.padEnd(ID_WIDTH)}  skipped: ${reason}`]
  if (outcome === 'blocked') return [`${head}${id.padEnd(ID_WIDTH)}  not judged, because of ${blockedBy}`]
  return [
    `${head}${paint(style, `${id} (${level})`)}`,
    tell('expected', expected ?? ''),
    tell('seen', observed ?? ''),
    ...(outcome === 'waived' ? [tell('waived', reason ?? '')] : []),
    ...(diagnosis === null || diagnosis.cause === observed ? [] : [tell('why', diagnosis.cause)]),
    // What says so has been told above.
    ...(diagnosis === null ? [] : tellGrounds({ ...diagnosis, evidence: [] })),
  ]
}
