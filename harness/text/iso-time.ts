/** A moment as ISO 8601 writes it. */
export interface IsoTime {
  /** Milliseconds since 1970 in UTC; what names no zone is taken for UTC. */
  readonly epochMs: number
  /** What its last digit that is no zero counts, in milliseconds: it tells the moment no closer than that. */
  readonly unitMs: number
  /** Minutes ahead of UTC, as it says itself. */
  readonly offsetMinutes: number
}

const PATTERN =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?$/i

/** A time of day with its date, in the extended format that programs write. Null for anything else. */
export function parseIsoTime(text: string): IsoTime | null {
  const [matched, day, minutes, seconds = '00', digits = '', sign, offsetHours = '0', offsetRest = '0'] =
    PATTERN.exec(text) ?? []
  if (matched === undefined) return null
  const wholeMs = Date.parse(`${day}T${minutes}:${seconds}Z`)
  if (Number.isNaN(wholeMs)) return null
  const offset = (Number(offsetHours) * 60 + Number(offsetRest)) * (sign === '-' ? -1 : 1)
  // A program that counts in seconds may well write `.000`.
  const fraction = digits.replace(/0+$/, '')
  const epochMs = wholeMs + Number(`0.${fraction || '0'}`) * 1000 - offset * 60_000
  return { epochMs, unitMs: 1000 / 10 ** fraction.length, offsetMinutes: offset }
}
