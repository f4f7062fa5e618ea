/** What each hostile sidecar is judged by, and what has to come of it. */

import type { ContractInput } from '../../../harness/contract/input.ts'
import { BUDGETS, VAIN } from './ordeal.ts'

export interface Ordeal {
  readonly name: string
  /** The clauses that show it. The slow spec judges all. */
  readonly only: string
  readonly code: number
  /** What a report says of it. */
  readonly says: RegExp
  readonly contract?: ContractInput
  /** It waits for many seconds: for the slow spec alone. */
  readonly isSlow?: true
  /** Why the whole gate is not run on it. */
  readonly onlyOnly?: string
}

const UNANSWERED: ContractInput = { budgets: VAIN }

/** For those of which nobody expects that they become ready. */
const HOPELESS: ContractInput = { budgets: { ...BUDGETS, readyMs: 500 } }

const FLOODED = 'each of sixty lives keeps its 2 MiB: the slow spec floods one life with a gigabyte instead'

const MEBIBYTE = 1024 * 1024

const floods = (stream: 1 | 2): ContractInput => ({
  env: { FLOOD_STREAM: String(stream), FLOOD_BYTES: String(64 * MEBIBYTE) },
})

/** Node programs. */
export const ORDEALS: readonly Ordeal[] = [
  { name: 'ignores-every-signal', only: 'stop/sigterm', code: 1, says: /✖ stop\/sigterm/ },
  {
    name: 'stops-itself-at-start',
    only: 'start/within-budget',
    code: 1,
    isSlow: true,
    says: /sleeps in do_signal_stop|✖ start\/within-budget/,
    contract: HOPELESS,
  },
  { name: 'stops-itself-when-told', only: 'stop/sigterm', code: 1, says: /✖ stop\/sigterm/ },
  {
    name: 'floods',
    only: 'logs/stdout-machine-only',
    code: 1,
    says: /✖ logs\/stdout-machine-only/,
    contract: floods(1),
    onlyOnly: FLOODED,
  },
  {
    name: 'floods',
    only: 'start/within-budget',
    code: 0,
    says: /1 pass/,
    contract: floods(2),
    onlyOnly: FLOODED,
  },
  {
    name: 'writes-a-long-line',
    only: 'logs/stdout-machine-only',
    code: 1,
    says: /✖ logs\/stdout-machine-only/,
  },
  { name: 'never-ends-a-line', only: 'stop/sigterm', code: 0, says: /1 pass/ },
  { name: 'answers-without-end', only: 'health/schema', code: 1, says: /longer than 65536 bytes/ },
  { name: 'answers-hugely', only: 'health/schema', code: 1, says: /longer than 65536 bytes/ },
  {
    name: 'answers-in-a-trickle',
    only: 'health/ready-at-announcement',
    code: 1,
    says: /no answer within/,
    contract: UNANSWERED,
  },
  {
    name: 'answers-headers-in-a-trickle',
    only: 'health/ready-at-announcement',
    code: 1,
    says: /no answer within/,
    contract: UNANSWERED,
  },
  {
    name: 'answers-with-10000-headers',
    only: 'health/ready-at-announcement',
    code: 1,
    says: /Headers Overflow/,
    contract: UNANSWERED,
  },
  { name: 'fills-its-disk', only: 'stop/sigterm', code: 0, says: /1 pass/ },
  {
    name: 'leaves-the-unremovable',
    only: 'start/no-litter',
    code: 1,
    says: /✖ start\/no-litter/,
    onlyOnly: 'sixty times ten thousand files take half a minute to be made and removed',
    contract: { levels: { 'start/no-litter': 'must' } },
  },
  { name: 'deletes-itself', only: 'start/within-budget', code: 3, says: /was deleted while it was judged/ },
  { name: 'changes-itself', only: 'start/within-budget', code: 3, says: /was changed while it was judged/ },
  { name: 'closes-its-descriptors', only: 'stop/sigterm', code: 0, says: /1 pass/ },
  {
    name: 'allocates-without-end',
    only: 'resources/stays-up',
    code: 1,
    says: /! resources\/memory[\s\S]*was ended for that/,
    contract: { budgets: { ...BUDGETS, memoryCapBytes: 256 * MEBIBYTE } },
  },
  {
    name: 'allocates-without-end',
    only: 'resources/memory',
    code: 1,
    says: /✖ resources\/memory/,
    isSlow: true,
    contract: {
      budgets: { ...BUDGETS, memoryBytes: 200 * MEBIBYTE },
      levels: { 'resources/memory': 'must' },
    },
  },
]

/** Those that multiply, in C. */
export const FORK_ORDEALS: readonly (Ordeal & { readonly name: 'bomb' | 'runaway' | 'daemons' })[] = [
  { name: 'bomb', only: 'start/bounded-tree', code: 1, says: /✖ start\/bounded-tree/ },
  {
    name: 'runaway',
    isSlow: true,
    only: 'start/within-budget',
    code: 1,
    says: /✖ start\/within-budget/,
    contract: HOPELESS,
  },
  {
    name: 'daemons',
    only: 'start/within-budget',
    code: 1,
    says: /✖ start\/within-budget/,
    contract: HOPELESS,
  },
]

/** The contract of an ordeal, as a file holds it. */
export function contractOf({ contract }: Ordeal): string {
  return JSON.stringify({ budgets: BUDGETS, health: { app: 'hostile' }, ...contract })
}
