import { PlainError } from '../text/plain-error.ts'

/** The project cannot be read, or written to. Nothing was changed. */
export class InitError extends PlainError {
  override readonly name = 'InitError'
  override readonly blame = 'caller'
}
