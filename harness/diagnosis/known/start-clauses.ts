import type { ClauseId } from '../../contract/catalogue.ts'

/** Where a life that was launched as by an app never became ready. */
export const START: readonly ClauseId[] = ['start/within-budget']
