import { GROUPS, groupOf } from '../../contract/clause-names.ts'
import type { ClauseResult } from '../../gate/clause-result.ts'
import { MARKS } from '../paint.ts'
import { html, type Markup, type Part } from './markup.ts'
import { anchorOf, BROKEN, type Scene } from './scene.ts'

/** A few lives are named; of more the first, and how many there are. */
const MOST_LIVES = 3

/** Every clause in a row, under its group. */
export function renderClauses({ verdict, lives, index }: Scene): Markup {
  const anchors = new Map(lives.map(({ id, anchor }) => [id, anchor]))
  const groups = GROUPS.map(group => ({
    group,
    own: verdict.clauses.filter(({ id }) => groupOf(id) === group),
  })).filter(({ own }) => own.length > 0)
  return html`<table class="clauses"><thead><tr><th scope="col">outcome</th><th scope="col">clause</th><th scope="col">level</th><th scope="col">promise, and what was seen</th><th scope="col">judged by</th></tr></thead>
${groups.map(
  ({
    group,
    own,
  }) => html`<tbody><tr class="group"><th scope="rowgroup" colspan="5">${group} <small>${own.filter(({ outcome }) => outcome === 'pass').length} of ${own.length}</small></th></tr>
${own.map(clause => renderClause(clause, index, anchors))}</tbody>
`,
)}</table>`
}

function renderClause(clause: ClauseResult, sidecar: number, anchors: ReadonlyMap<string, string>): Markup {
  const { id, level, outcome, promise } = clause
  const anchor = anchorOf('clause', sidecar, id)
  const isTold = BROKEN.includes(outcome)
  const name = isTold ? html`<a href="#${anchor}">${id}</a>` : id
  return html`<tr class="clause ${outcome}" data-outcome="${outcome}"${isTold ? null : html` id="${anchor}"`}><td><span class="outcome ${outcome}"><span aria-hidden="true">${MARKS[outcome].mark}</span> ${outcome}</span></td><th scope="row">${name}</th><td>${level}</td><td>${promise}<p class="seen">${tell(clause)}</p></td><td>${renderLives(clause, anchors)}</td></tr>
`
}

function tell({ outcome, observed, reason, blockedBy }: ClauseResult): string {
  switch (outcome) {
    case 'blocked':
      return `could not be judged: ${blockedBy} does not hold`
    case 'skipped':
      return reason ?? ''
    case 'waived':
      return `${observed ?? ''} (waived: ${reason ?? ''})`
    default:
      return observed ?? ''
  }
}

function renderLives({ lives }: ClauseResult, anchors: ReadonlyMap<string, string>): Part {
  const more = lives.length - MOST_LIVES
  const named = lives.slice(0, MOST_LIVES).map((id, index) => {
    const anchor = anchors.get(id)
    return [index === 0 ? '' : ', ', anchor === undefined ? id : html`<a href="#${anchor}">${id}</a>`]
  })
  return more > 0 ? [named, html` <small>and ${more} more</small>`] : named
}
