import type { Contract } from '../contract/contract.ts'
import type { LifeEvent, RequestPurpose } from '../recording/recording.ts'
import type { Client } from './client.ts'
import { Deadline, type Signal } from './deadline.ts'
import type { Recorder } from './recorder.ts'
import { isElsewhere, type Target } from './target.ts'

/** Between a refused or wrong answer and the next try: short, because only the rest of the verdict hangs on it. */
const RETRY_PAUSE_MS = 25

export interface Candidate {
  readonly contract: Contract
  readonly announced: Signal<Target>
  readonly exited: Signal<void>
  readonly client: Client
  readonly recorder: Recorder
  /** What is left of the budget. */
  leftMs(): number
}

/**
 * Waits for the announcement, then asks: at once, and only if the answer is wrong again, until the budget is
 * used up. The complete line races against the exit and the deadline; nothing here polls for it.
 */
export async function becomeReady(candidate: Candidate): Promise<boolean> {
  const { contract, announced, exited, client, recorder, leftMs } = candidate
  const { readyMs } = contract.budgets
  if (!announced.isSet && !(await isAnnounced(candidate))) return false
  for (let purpose: RequestPurpose = 'first'; leftMs() > 0 && !exited.isSet; purpose = 'retry') {
    if (await client.isWell(purpose, leftMs())) {
      recorder.record({ type: 'ready' })
      return true
    }
    // Nobody there is asked, so no answer can come: what is left to see is whether it ends.
    const isHopeless = announced.value !== undefined && isElsewhere(announced.value)
    await new Deadline(isHopeless ? leftMs() : Math.min(RETRY_PAUSE_MS, leftMs())).before(exited.wait())
  }
  if (exited.isSet) return false
  recorder.record({ type: 'deadline', waitedFor: 'health', budgetMs: readyMs })
  if (recorder.events.some(isSignOfLife)) await client.askOtherwise()
  return false
}

async function isAnnounced({ contract, announced, exited, recorder, leftMs }: Candidate): Promise<boolean> {
  const came = await new Deadline(leftMs()).before(Promise.race([announced.wait(), exited.wait()]))
  if (!came)
    recorder.record({ type: 'deadline', waitedFor: 'announcement', budgetMs: contract.budgets.readyMs })
  return announced.isSet
}

/** Who lets nobody in has nothing more to say; who breaks off a handshake does let in. */
function isSignOfLife(event: LifeEvent): boolean {
  return event.type === 'connected' || (event.type === 'request-failed' && event.code !== 'ECONNREFUSED')
}
