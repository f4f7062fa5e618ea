import { type Interrupt, listenForInterrupt } from './interrupt.ts'
import { type Progress, showProgress } from './progress.ts'
import { Saving, UnsavedError } from './unsaved.ts'

/** What a command has at hand that takes a while. */
export interface Undertaking {
  readonly interrupt: Interrupt
  readonly progress: Progress
  readonly saving: Saving
}

/**
 * Does what takes a while, and may be interrupted meanwhile. Comes back with the exit code: that of the interruption, where
 * there was one. Throws what the work throws, and UnsavedError for what could not be written. What `passOn` takes is no
 * interruption.
 */
export async function undertake(
  work: (undertaking: Undertaking) => Promise<number>,
  passOn?: (signal: NodeJS.Signals) => boolean,
): Promise<number> {
  const interrupt = listenForInterrupt(passOn)
  const progress = showProgress()
  const saving = new Saving()
  try {
    const code = await work({ interrupt, progress, saving })
    saving.end()
    return interrupt.code() ?? code
  } catch (error) {
    // What fails because it was interrupted is no fault of anybody's.
    const code = interrupt.code()
    if (code !== null && !(error instanceof UnsavedError)) return code
    throw error
  } finally {
    progress.clear()
    interrupt.stopListening()
  }
}
