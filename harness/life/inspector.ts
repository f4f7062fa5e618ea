import type { WebSocket as Socket } from 'undici'
import { loadUndici } from './probe.ts'

/**
 * While an answer is waited for something else is asked, too. It carries the acknowledgement without which the rest of an
 * answer in two pieces stays where it is for 40 ms (Nagle's algorithm, and our kernel's delay), and wakes a main thread
 * that was told of a call in the middle of another one and has gone to sleep over it.
 */
const NUDGE_EVERY_MS = 5

/** A call that the inspector has refused, or not answered in time. */
export class InspectorError extends Error {
  override readonly name = 'InspectorError'
}

type Params = Readonly<Record<string, unknown>>
type Answer = Readonly<Record<string, unknown>>

/** What the protocol sends: an answer to a call, or an event. */
interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Answer
  readonly result?: Answer
  readonly error?: { readonly message?: string }
}

/** An object that lives in the process. */
export interface RemoteObject {
  readonly objectId?: string
  readonly value?: unknown
}

/** A conversation with the inspector of a Node process, over by a deadline of its own (Chrome DevTools Protocol). */
export class Inspector {
  readonly #socket: Socket
  readonly #over: AbortSignal
  readonly #hungUp = Promise.withResolvers<never>()
  readonly #calls = new Map<number, (message: Message) => void>()
  readonly #listeners = new Map<string, (params: Answer) => void>()
  #last = 0

  private constructor(socket: Socket, over: AbortSignal) {
    this.#socket = socket
    this.#over = over
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))))
    const hangUp = () => this.#hungUp.reject(new InspectorError('the inspector hung up'))
    socket.addEventListener('close', hangUp)
    // Node that exits while it is inspected answers no more, and stays until it is let go.
    this.on('NodeRuntime.waitingForDisconnect', hangUp)
    this.#send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true })
    this.#hungUp.promise.catch(() => {})
  }

  /** Connects to the one that listens on this port. Throws InspectorError, or why there is none. */
  static async connect(port: number, over: AbortSignal): Promise<Inspector> {
    const { Agent, request, WebSocket } = await loadUndici()
    // Of our own: whatever proxy the caller has set is not asked for what is on this machine.
    const dispatcher = new Agent({ pipelining: 0 })
    try {
      const list = await request(`http://127.0.0.1:${port}/json/list`, { dispatcher, signal: over })
      const [target] = (await list.body.json()) as { webSocketDebuggerUrl?: string }[]
      const url = target?.webSocketDebuggerUrl
      if (url === undefined) throw new InspectorError(`port ${port} names no process that could be asked`)
      const socket = new WebSocket(url, { dispatcher })
      const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new InspectorError('the inspector hung up')))
      await unlessOver(opened, over, 'a connection').catch(error => {
        socket.close()
        throw error
      })
      return new Inspector(socket, over)
    } finally {
      // Open connections stay open until they are done with.
      void dispatcher.close()
    }
  }

  /** The answer to one call. Throws InspectorError. */
  async call(method: string, params: Params = {}): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Message>()
    this.#calls.set(this.#send(method, params), resolve)
    const nudging = setInterval(() => this.#send('Runtime.getIsolateId'), NUDGE_EVERY_MS)
    const answered = Promise.race([promise, this.#hungUp.promise])
    const { result, error } = await unlessOver(answered, this.#over, method).finally(() =>
      clearInterval(nudging),
    )
    if (result === undefined) throw new InspectorError(`${method}: ${error?.message ?? 'no result'}`)
    return result
  }

  /** What a call returns that comes back with an object of the process, or a value. Throws what was thrown there. */
  async object(method: string, params: Params): Promise<RemoteObject> {
    const { result, exceptionDetails } = await this.call(method, params)
    if (exceptionDetails === undefined) return (result ?? {}) as RemoteObject
    const { text, exception } = exceptionDetails as { text?: string; exception?: { description?: string } }
    const [first] = (exception?.description ?? text ?? 'it throws').split('\n')
    throw new InspectorError(`${method}: ${first}`)
  }

  /** Comes back with the id by which it is answered. */
  #send(method: string, params: Params = {}): number {
    const id = ++this.#last
    this.#socket.send(JSON.stringify({ id, method, params }))
    return id
  }

  on(event: string, listener: (params: Answer) => void): void {
    this.#listeners.set(event, listener)
  }

  close(): void {
    this.#socket.close()
  }

  #receive({ id, method, params = {}, ...rest }: Message): void {
    if (id !== undefined) this.#calls.get(id)?.(rest)
    else if (method !== undefined) this.#listeners.get(method)?.(params)
  }
}

async function unlessOver<T>(promise: Promise<T>, over: AbortSignal, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new InspectorError(`no answer in time to ${what}`))
  if (over.aborted) giveUp()
  over.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([promise, late])
  } finally {
    over.removeEventListener('abort', giveUp)
    // Whoever lost the race, its end is nobody's.
    late.catch(() => {})
    promise.catch(() => {})
  }
}
