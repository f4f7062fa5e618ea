import type { ClauseResult } from '../gate/clause-result.ts'
import { type Conclusion, conclude } from '../gate/conclude.ts'
import type { Verdict } from '../gate/verdict.ts'
import { duration } from '../text/duration.ts'
import { tell, tellGrounds, tellSeen } from './explain.ts'
import { MARKS, type Paint } from './paint.ts'
import { reproduce } from './reproduce.ts'
import { count, nameClauses } from './words.ts'

/**
 * What a debugged binary comes down to: what is wrong beside the main thing, in a line each, and then that, the cause
 * first, because it is what people look for.
 */
export function renderConclusion(verdict: Verdict, paint: Paint): string {
  const { main, blocked, others } = conclude(verdict)
  if (main === null) return `${renderSound(verdict, paint)}\n`
  return `${[renderOthers(others, paint), renderMain(main, { main, blocked, others }, verdict, paint)]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** What is wrong, in one sentence: the cause where it is known, otherwise what was seen. */
export function causeOf({ diagnosis, observed, id }: ClauseResult): string {
  return diagnosis?.cause ?? `${id} does not hold, for a reason that nobody has met yet: ${observed}`
}

function renderMain(
  main: ClauseResult,
  { blocked }: Conclusion,
  verdict: Verdict,
  paint: Paint,
): readonly string[] {
  const { mark, style } = MARKS[main.outcome]
  const told = tell('blocks', `${count(blocked.length, 'clause')}, which could not be judged: `)
  return [
    paint(style, `${mark} ${causeOf(main)}`),
    ...(main.diagnosis === null ? [] : tellGrounds(main.diagnosis)),
    tell('clause', `${main.id} (${main.level}): ${main.promise}`),
    ...tellSeen(main),
    ...(blocked.length === 0 ? [] : [told + nameClauses(blocked, told.length)]),
    tell('again', reproduce(verdict, main.id)),
  ]
}

function renderOthers(others: readonly ClauseResult[], paint: Paint): readonly string[] {
  return others.flatMap(clause => {
    const { mark, style } = MARKS[clause.outcome]
    return [
      `${paint(style, mark)} ${causeOf(clause)}`,
      tell('clause', `${clause.id} (${clause.level})`),
      ...(clause.diagnosis === null ? [] : [tell('mend', clause.diagnosis.fix)]),
    ]
  })
}

function renderSound({ lives, summary }: Verdict, paint: Paint): string {
  const [first] = lives
  const { mark, style } = MARKS.pass
  const figures = [
    first?.readyMs == null ? [] : [`ready ${duration(first.readyMs)} after its launch`],
    first?.stopMs == null ? [] : [`gone ${duration(first.stopMs)} after it was told to stop`],
  ].flat()
  const seen = `${count(summary.pass, 'clause')} held in ${lives.length} ${lives.length === 1 ? 'life' : 'lives'}`
  return `${paint(style, `${mark} nothing is wrong`)}: ${[seen, ...figures].join(', ')}`
}
