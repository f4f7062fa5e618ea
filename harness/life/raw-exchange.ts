import type { EventOf, MalformedKind } from '../recording/recording.ts'
import { Deadline } from './deadline.ts'
import type { Observation } from './recorder.ts'
import { authorityOf, dial, type Target } from './target.ts'

/** Bytes that are sent as they are. */
export interface RawPlan {
  readonly purpose: EventOf<'raw-exchange'>['purpose']
  /** In a few words, for the report. */
  readonly what: string
  readonly kind?: MalformedKind
  /** Themselves, or made of what a Host header has to say. */
  readonly bytes: string | Uint8Array | ((authority: string) => string)
  /** Whether we reset the connection as soon as they are sent, as a client does that gave up. */
  readonly abort?: boolean
  /** How long an answer, or an end, is waited for. */
  readonly waitMs: number
}

/** Kept of the answer: its head says what it is, and what follows that, whether there is a body. */
const ANSWER_KEPT_BYTES = 2048

/** Sends bytes on a connection of their own, and says what came of them. Never rejects. */
export async function exchangeRaw(
  target: Target,
  { purpose, what, kind, bytes, abort = false, waitMs }: RawPlan,
): Promise<Observation & { type: 'raw-exchange' }> {
  const sent = typeof bytes === 'function' ? bytes(authorityOf(target)) : bytes
  const { socket, connectedBy } = dial(target)
  let answer = Buffer.alloc(0)
  let isConnected = false
  let error: string | null = null
  const closed = new Promise<void>(resolve => {
    socket.once(connectedBy, () => {
      isConnected = true
      socket.write(sent, () => {
        if (!abort) return
        // Only TCP knows a reset.
        if (target.socket === undefined && !target.secure) socket.resetAndDestroy()
        else socket.destroy()
      })
    })
    socket.on('data', chunk => {
      if (answer.length < ANSWER_KEPT_BYTES) answer = Buffer.concat([answer, chunk])
    })
    // A reset while we still write is one way of refusing.
    socket.on('error', problem => {
      error = problem.message
    })
    socket.once('end', resolve)
    socket.once('close', () => resolve())
  })
  const wasClosed = await new Deadline(waitMs).before(closed)
  const receivedBytes = socket.bytesRead
  socket.destroy()
  const end = !isConnected
    ? 'never accepted'
    : abort
      ? 'closed by us'
      : wasClosed
        ? 'closed by the sidecar'
        : 'still open'
  return {
    type: 'raw-exchange',
    purpose,
    what,
    ...(kind === undefined ? {} : { kind }),
    sentBytes: Buffer.byteLength(sent),
    receivedBytes,
    answer: answer.subarray(0, ANSWER_KEPT_BYTES).toString('latin1'),
    end,
    error,
  }
}
