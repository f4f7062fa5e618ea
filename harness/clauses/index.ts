import { CLAUSE_IDS, type ClauseId } from '../contract/catalogue.ts'
import { announceClauses } from './announce.ts'
import { artifactClauses } from './artifact.ts'
import type { Clause } from './clause.ts'
import { fleetClauses } from './fleet.ts'
import { healthClauses } from './health.ts'
import { logsClauses } from './logs.ts'
import { netClauses } from './net.ts'
import { portClauses } from './port.ts'
import { resourcesClauses } from './resources.ts'
import { startClauses } from './start.ts'
import { stopClauses } from './stop.ts'

const JUDGES = new Map<ClauseId, Clause>(
  [
    artifactClauses,
    startClauses,
    announceClauses,
    portClauses,
    netClauses,
    logsClauses,
    healthClauses,
    stopClauses,
    fleetClauses,
    resourcesClauses,
  ]
    .flat()
    .map(clause => [clause.id, clause]),
)

/** The registry: every clause of the catalogue with its judge, in the catalogue's order. Both doors lead here. */
export const CLAUSES: readonly Clause[] = CLAUSE_IDS.map(id => {
  const clause = JUDGES.get(id)
  if (clause === undefined) throw new Error(`The clause ${id} stands in the catalogue and has no judge.`)
  return clause
})
