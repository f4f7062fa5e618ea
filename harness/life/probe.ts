import type { Socket } from 'node:net'
import type { Dispatcher, Client as UndiciClient } from 'undici'
import { authorityOf, dial, originOf, type Target } from './target.ts'

/** Kept of a body: a health answer is some hundred bytes, and a report shows less. */
export const BODY_KEPT_BYTES: number = 64 * 1024
/** A body is read no further than this, however long it goes on. */
const BODY_READ_BYTES = 1024 * 1024

/** What is asked. */
export interface ProbeRequest {
  readonly method: string
  readonly path: string
  /** Beyond those of every request; a `host` here takes the place of the usual one. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string | null
  readonly body: string
  readonly bodyBytes: number
}

export interface Probe {
  /** Resolves when the connection is made. Rejects with Node's error, its `code` included. */
  readonly connected: Promise<void>
  /** Resolves with the whole answer. Rejects for a failed connection, a cut answer, or the deadline. */
  readonly answer: Promise<Answer>
  /** How much came in on the connection so far. */
  receivedBytes(): number
}

/**
 * One request on a connection of its own, with no proxy and `Connection: close`, so that a probe leaves nothing
 * open that could hold up a shutdown. The connection is begun before this returns: at an announcement even one
 * turn of the event loop would hide a sidecar that listens too late.
 */
export function sendProbe(target: Target, request: ProbeRequest, timeoutMs: number): Probe {
  const { socket, connectedBy } = dial(target)
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))
  // Beside undici's own: that one does not look at a signal before a request has a connection.
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new ProbeTimeout(timeoutMs)), { once: true })
  })
  const connection = new Promise<void>((resolve, reject) => {
    socket.once(connectedBy, resolve)
    socket.once('error', reject)
  })
  const connected = Promise.race([connection, late])
  const answer = connected.then(() => Promise.race([ask(socket, target, request), late]))
  // Whoever waits for one of the two need not wait for the other, and neither keeps a socket open.
  connected.catch(() => socket.destroy())
  answer.catch(() => socket.destroy())
  return { connected, answer, receivedBytes: () => socket.bytesRead }
}

/** Nothing came within the time that was left. */
export class ProbeTimeout extends Error {
  override readonly name = 'ProbeTimeout'
  readonly code = 'ETIMEDOUT'

  constructor(timeoutMs: number) {
    super(`no answer within ${Math.round(timeoutMs)} ms`)
  }
}

/** Through the one function of undici on which all its others are built: a stream for the body takes longer than the body. */
async function ask(socket: Socket, target: Target, { method, path, headers }: ProbeRequest): Promise<Answer> {
  const { Client } = await loadUndici()
  const client: UndiciClient = new Client(originOf(target), {
    // Not at once: undici starts no request while it is still asking for a connection.
    connect: (_options, callback) => queueMicrotask(() => callback(null, socket)),
  })
  const own = { host: authorityOf(target), ...headers }
  try {
    return await new Promise((resolve, reject) => {
      const handler = new AnswerReader(resolve, reject)
      client.dispatch({ path, method: method as Dispatcher.HttpMethod, headers: own, reset: true }, handler)
    })
  } finally {
    // Whoever waits for an answer has it by now, and nobody waits for this.
    client.destroy(() => {})
  }
}

/** Reads one answer, as far as it is kept. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: Error) => void
  readonly #chunks: Buffer[] = []
  #bodyBytes = 0
  #status = 0
  #headers: Record<string, string> = {}

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  /** undici asks for it. */
  onRequestStart(): void {}

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    this.#headers = oneOfEach(headers)
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    // Its memory is the parser's.
    if (this.#bodyBytes < BODY_KEPT_BYTES) this.#chunks.push(Buffer.from(chunk))
    this.#bodyBytes += chunk.length
    if (this.#bodyBytes >= BODY_READ_BYTES) this.onResponseEnd()
  }

  onResponseEnd(): void {
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      contentType: this.#headers['content-type'] ?? null,
      body: Buffer.concat(this.#chunks).subarray(0, BODY_KEPT_BYTES).toString('utf8'),
      bodyBytes: this.#bodyBytes,
    })
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}

function oneOfEach(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).filter(entry => entry[1] !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}

let undici: Promise<typeof import('undici')> | null = null

/** Its import costs some 50 ms: begun while the first sidecar starts, and by nobody who sends no request. */
export function loadUndici(): Promise<typeof import('undici')> {
  undici ??= import('undici')
  return undici
}
