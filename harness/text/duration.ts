/** `1.2 ms`, `123 ms`, `1.24 s`: three digits tell a quick end from a slow one, more are noise. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
