/** How long somebody may be kept waiting, and by whose word. */
export interface Patience {
  /** Infinity for no limit. */
  leftMs(): number
  /** What is there beyond that, to clear away before somebody else's deadline; null for no limit. */
  readonly reserveMs: number | null
  /** Whose limit it is, for messages; null where there is none. */
  readonly limit: string | null
}

export const ENDLESS: Patience = { leftMs: () => Number.POSITIVE_INFINITY, reserveMs: null, limit: null }

/** A budget, or what is left of somebody's patience where that is less. */
export function within(budgetMs: number, patience: Patience): number {
  return Math.max(1, Math.min(budgetMs, patience.leftMs()))
}
