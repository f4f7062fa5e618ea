import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'

/** The program that this machine is measured by did not come up. */
export class NoYardstickError extends PlainError {
  override readonly name = 'NoYardstickError'
  override readonly blame = 'machine'

  constructor() {
    super(
      'The program that shows how quick this machine is, a server in Node that does nothing else, did not become ready, while the sidecar did. Nothing can be measured here.',
    )
  }
}

/** The older binary, which was to take turns, did not come up: nobody knows what the new one is to be held against. */
export class OldNotReadyError extends PlainError {
  override readonly name = 'OldNotReadyError'
  override readonly blame = 'machine'

  constructor(old: string, now: { readonly file: string; readonly isReady: boolean }) {
    super(
      `The baseline's binary, ${printable(old)}, did not become ready here, ${now.isReady ? `while ${printable(now.file)} did` : `nor did ${printable(now.file)}`}: does it need something beside it, another machine or another contract?\n  sidecar-harness debug ${old}   says why\nMeasure it anew where it runs, with --save FILE --with-binary. Or move it away: the baseline is held by the yardstick then.`,
    )
  }
}
