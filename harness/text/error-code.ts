/**
 * What Node calls the reason of an error: ENOENT, EADDRINUSE; null where it has none. Not by `instanceof`: in a VM context,
 * as some test runners use them, an error of the system is no instance of that context's Error.
 */
export function codeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null
}
