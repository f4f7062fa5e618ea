import type { Contract } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import { unknownPath } from './unknown-path.ts'

/** The end of a process is told a moment after the end of its connections; longer on a busy machine. */
const EXIT_IS_TOLD_WITHIN_MS = 200

/** Whether it still answers. Where it does not, it may be gone: that is to be known before it is told to stop. */
export async function stillAnswers(life: Life, timeoutMs?: number): Promise<boolean> {
  if (await life.client.check(timeoutMs)) return true
  await life.isLeftAlone(EXIT_IS_TOLD_WITHIN_MS)
  return false
}

/** Asks for what it cannot know, and then whether it still answers. */
export async function bearsUnknownPath(life: Life, { budgets }: Contract): Promise<boolean> {
  await life.client.send({ purpose: 'unknown path', path: unknownPath(), timeoutMs: budgets.soonMs })
  return stillAnswers(life, budgets.soonMs)
}
