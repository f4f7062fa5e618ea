import type { Agent, buildConnector } from 'undici'
import { secretsOfHeaders } from '../contract/secrets.ts'
import { BODY_KEPT_BYTES, loadUndici } from './probe.ts'
import type { Recorder } from './recorder.ts'
import { addressOf, connectorTo, originOf, type Target } from './target.ts'

/** What a spec asks: as `fetch` takes it, with the time that it may take. */
export interface SpecRequest {
  readonly init?: RequestInit | undefined
  /** From the request to the end of the answer; Infinity for no limit. */
  readonly timeoutMs: number
}

/** Nothing came back, or not in time. What `fetch` would say of it is "fetch failed". */
export class SpecRequestError extends Error {
  override readonly name: string = 'SpecRequestError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The endpoint, and what a request to it is recorded as. */
interface Sending {
  /** Null where nothing was announced. */
  readonly target: Target | null
  readonly request: number
  readonly path: string
  /** What the contract has every request carry. */
  readonly headers: Readonly<Record<string, string>>
}

/** So much of an answer is read ahead, so that it is recorded whether somebody looks at its body or not. */
const READ_AHEAD_BYTES = 1024 * 1024
/** Node takes longer timers for none at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * The requests of specs that their users write: any method and body, redirects, streams. Each on a connection of its
 * own that closes with the answer: what is left open would hold up the stop, which is judged elsewhere.
 */
export class SpecRequests {
  readonly #recorder: Recorder
  readonly #keepSecret: (secrets: readonly string[]) => void
  readonly #over = new AbortController()
  readonly #pending = new Set<Promise<unknown>>()
  #agent: Agent | null = null

  constructor(recorder: Recorder, keepSecret: (secrets: readonly string[]) => void) {
    this.#recorder = recorder
    this.#keepSecret = keepSecret
  }

  async send(sending: Sending, { init = {}, timeoutMs }: SpecRequest): Promise<Response> {
    const { target, request, path } = sending
    if (target === null)
      throw new SpecRequestError('ENOTFOUND', 'it has announced nowhere to send anything to')
    const asked = new Request(new URL(path, originOf(target)), withHeaders(init, sending.headers))
    const { url, method } = asked
    const headers = Object.fromEntries(asked.headers)
    // An answer may tell them, and a log.
    this.#keepSecret(secretsOfHeaders(headers))
    const where = { address: addressOf(target), port: target.port }
    const recordedPath = url.slice(originOf(target).length)
    const body = await bodyOf(asked, init)
    const own = { method, path: recordedPath, headers: redact(headers), ...where }
    this.#recorder.record({ type: 'request', request, purpose: 'test', ...own })
    const deadline = Number.isFinite(timeoutMs)
      ? [AbortSignal.timeout(Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(timeoutMs))))]
      : []
    const signal = AbortSignal.any([this.#over.signal, ...deadline, ...(init.signal ? [init.signal] : [])])
    const { redirect = 'follow' } = init
    const { fetch } = await loadUndici()
    try {
      const dispatcher = await this.#connect(target)
      const answer = await fetch(url, { method, headers, redirect, signal, dispatcher, ...body })
      return this.#hand(answer as unknown as Response, request)
    } catch (error) {
      // The signal of whoever asked is theirs to hear of.
      if (init.signal?.aborted) throw init.signal.reason
      const problem = explain(error, deadline[0]?.aborted === true, timeoutMs)
      this.#fail(request, problem, 0)
      throw problem
    }
  }

  /** Comes back when the answers that have begun are over. */
  async recorded(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  /** Cuts off what is still under way. Comes back when it is recorded. */
  async end(): Promise<void> {
    this.#over.abort()
    await Promise.allSettled(this.#pending)
    await this.#agent?.destroy()
  }

  async #connect(target: Target): Promise<Agent> {
    const { Agent } = await loadUndici()
    this.#agent ??= new Agent({
      pipelining: 0,
      // `fetch` follows redirects, and a test is to ask nobody beyond this machine because a sidecar says so.
      connect: (options, callback) => {
        const { hostname } = options
        if (isHere(hostname, target)) connectorTo(targetOf(options, target))(options, callback)
        else
          callback(
            new SpecRequestError('EREMOTE', `it redirects to ${hostname}, where nobody is asked`),
            null,
          )
      },
    })
    return this.#agent
  }

  /** The answer, whose body is recorded while it is read. */
  #hand(answer: Response, request: number): Response {
    const { status, statusText, url } = answer
    const atMs = this.#recorder.now()
    const wallTime = new Date().toISOString()
    const headers = Object.fromEntries(answer.headers)
    const kept: Uint8Array[] = []
    let bodyBytes = 0
    const record = () => {
      const text = Buffer.concat(kept).subarray(0, BODY_KEPT_BYTES).toString('utf8')
      const contentType = headers['content-type'] ?? null
      const about = { status, headers, contentType, body: text, bodyBytes, wallTime, schemaProblems: [] }
      this.#recorder.record({ type: 'response', request, ...about }, atMs)
    }
    const handed = (body: ReadableStream<Uint8Array> | null) =>
      Object.defineProperty(new Response(body, { status, statusText, headers: answer.headers }), 'url', {
        value: url,
      })
    if (answer.body === null) {
      record()
      return handed(null)
    }
    const ahead = { highWaterMark: READ_AHEAD_BYTES, size: (chunk: Uint8Array) => chunk.byteLength }
    const tap = new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(chunk, controller) {
          if (bodyBytes < BODY_KEPT_BYTES) kept.push(chunk)
          bodyBytes += chunk.byteLength
          controller.enqueue(chunk)
        },
      },
      undefined,
      ahead,
    )
    const piping = answer.body.pipeTo(tap.writable).then(record, error => {
      record()
      // Somebody stopped reading, or the life ended: no fault of an answer.
      if (!this.#over.signal.aborted && error !== undefined)
        this.#fail(request, explain(error, false, 0), bodyBytes)
    })
    this.#pending.add(piping)
    void piping.finally(() => this.#pending.delete(piping))
    return handed(tap.readable)
  }

  #fail(request: number, { code, message }: SpecRequestError, receivedBytes: number): void {
    this.#recorder.record({ type: 'request-failed', request, code, message, receivedBytes })
  }
}

/** Loopback, or where the sidecar is: no other name is so much as looked up. */
function isHere(hostname: string, target: Target): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return (
    host === target.host || host === addressOf(target) || /^((.+\.)?localhost|::1|127\.[\d.]+)$/.test(host)
  )
}

/** Where a request goes that may have been redirected. Who is reached by a socket of the file system has no other place. */
function targetOf({ hostname, port, protocol }: buildConnector.Options, target: Target): Target {
  if (target.socket !== undefined) return target
  const isSecure = protocol === 'https:'
  const place = { host: hostname, port: port === '' ? (isSecure ? 443 : 80) : Number(port) }
  return isSecure ? { ...place, secure: true } : place
}

/** What the contract has every request carry, and what the spec says itself wins over that. */
function withHeaders(init: RequestInit, usual: Readonly<Record<string, string>>): RequestInit {
  const headers = new Headers(usual)
  new Headers(init.headers).forEach((value, name) => {
    headers.set(name, value)
  })
  const streams = init.body instanceof ReadableStream ? { duplex: 'half' as const } : {}
  return { ...init, headers, ...streams }
}

/**
 * The body as bytes: the classes of Node's own `fetch` (FormData, Blob) are not those of the library's, which would
 * send them as "[object FormData]". Streams go through as they are.
 */
async function bodyOf(asked: Request, { body }: RequestInit): Promise<{ body?: never; duplex?: 'half' }> {
  if (asked.body === null) return {}
  if (body instanceof ReadableStream) return { body: body as never, duplex: 'half' }
  return { body: Buffer.from(await asked.arrayBuffer()) as never }
}

/** Keys to somebody's account are no part of a recording that is passed on. */
function redact(headers: Readonly<Record<string, string>>): Record<string, string> {
  const isSecret = (name: string) => ['authorization', 'cookie', 'proxy-authorization'].includes(name)
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? '[redacted]' : value]),
  )
}

/** The reason stands in the cause of "fetch failed", or in the cause of that. */
function explain(error: unknown, isLate: boolean, timeoutMs: number): SpecRequestError {
  if (isLate)
    return new SpecRequestError('ETIMEDOUT', `no answer within ${Math.round(timeoutMs)} ms`, { cause: error })
  let reason = error as NodeJS.ErrnoException
  while (reason.code === undefined && reason.cause != null) reason = reason.cause as Error
  const { code = 'UNKNOWN', message } = reason
  return new SpecRequestError(code, message.trim() || code, { cause: error })
}
