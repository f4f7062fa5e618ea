import type { LifeRecording } from '../recording/recording.ts'

const REDACTED = '[redacted]'

/** A recording in which a secret stands nowhere: not in a line, a body, a header or a message. */
export function withoutSecret(recording: LifeRecording, secret: string): LifeRecording {
  return JSON.parse(JSON.stringify(recording), (_key, value) =>
    typeof value === 'string' ? value.replaceAll(secret, REDACTED) : value,
  )
}

/** Bytes of a stream in which a secret stands nowhere. They need be no text. */
export function bytesWithout(bytes: Buffer, secret: string): Buffer {
  const wanted = Buffer.from(secret)
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, from)) {
    parts.push(bytes.subarray(from, at), Buffer.from(REDACTED))
    from = at + wanted.length
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)])
}
