/**
 * An error that reads like help: it says what was wrong, where, and what would be right, so a stack would add
 * nothing. Any other error is a fault of the harness.
 */
export abstract class PlainError extends Error {
  /** Who can mend it: whoever gave a wrong option, contract or path, or whoever keeps the machine and its tools. */
  abstract readonly blame: 'caller' | 'machine'
}
