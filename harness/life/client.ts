import type { Socket } from 'node:net'
import type { HeldConnection, RequestPurpose, Volley } from '../recording/recording.ts'
import { checkBody } from './body.ts'
import { Deadline } from './deadline.ts'
import type { Subject } from './plan.ts'
import { type ProbeRequest, sendProbe } from './probe.ts'
import { exchangeRaw, type RawPlan } from './raw-exchange.ts'
import type { Recorder } from './recorder.ts'
import { askOtherwise } from './second-opinions.ts'
import { type SpecRequest, SpecRequests } from './spec-requests.ts'
import { addressOf, authorityOf, dial, type Target } from './target.ts'
import { type Asked, sendVolley, type VolleyPlan } from './volley.ts'

/** Whether the connection of this answer stays open: HTTP/1.1 says so unless it says otherwise, HTTP/1.0 the reverse. */
function staysOpen(answer: string): boolean {
  return answer.startsWith('HTTP/1.0')
    ? /\r\nconnection: *keep-alive\r\n/i.test(answer)
    : !/\r\nconnection: *close\r\n/i.test(answer)
}

/** Between two requests to the program that does nothing else: it is to be asked all the time, and not to be a load. */
const CALIBRATION_PAUSE_MS = 5

export interface ClientRequest extends Partial<ProbeRequest> {
  readonly purpose: RequestPurpose
  /** Where it is sent, where that is not the announced place: the same port under another name. */
  readonly host?: string
  /** The budget for a start where it is left out. */
  readonly timeoutMs?: number
}

/**
 * The other end of a sidecar's port: sends requests, holds connections open, and records what comes of them. Before
 * an announcement there is nowhere to send anything, and nothing is sent.
 */
export class Client {
  readonly #subject: Subject
  readonly #recorder: Recorder
  readonly #target: () => Target | null
  readonly #headers: () => Readonly<Record<string, string>>
  readonly #keepSecret: (secrets: readonly string[]) => void
  readonly #held: Socket[] = []
  #fetching: SpecRequests | null = null
  #requests = 0

  constructor(
    subject: Subject,
    recorder: Recorder,
    target: () => Target | null,
    /** What the contract has every request carry. */
    headers: () => Readonly<Record<string, string>> = () => ({}),
    /** Takes what its requests carry that is to stand in no recording. */
    keepSecret: (secrets: readonly string[]) => void = () => {},
  ) {
    this.#subject = subject
    this.#recorder = recorder
    this.#target = target
    this.#headers = headers
    this.#keepSecret = keepSecret
  }

  /**
   * Sends one request: for the health path, by GET, where nothing else is said. Comes back with the answer's status,
   * or null for none; what went wrong is in the recording.
   */
  async send({ purpose, host, timeoutMs, ...given }: ClientRequest): Promise<number | null> {
    const announced = this.#target()
    if (announced === null || (purpose !== 'stop' && !this.#speaksHttp)) return null
    const target = host === undefined ? announced : { ...announced, host }
    const { health, budgets } = this.#subject.contract
    const request = ++this.#requests
    const { method = 'GET', path = health.path, headers = {} } = given
    // Begun before it is recorded: the connection must not wait for our own bookkeeping.
    const probe = sendProbe(
      target,
      { method, path, headers: { ...this.#headers(), ...headers } },
      timeoutMs ?? budgets.readyMs,
    )
    const where = { address: addressOf(target), port: target.port }
    this.#recorder.record({ type: 'request', request, purpose, method, path, headers, ...where })
    try {
      await probe.connected
      this.#recorder.record({ type: 'connected', request })
      const answer = await probe.answer
      const atMs = this.#recorder.now()
      const wallTime = new Date().toISOString()
      // Also where nobody should be: an answer that the contract takes for a healthy one is worth nothing then.
      const isLooked =
        health.hasSchema && ((path === health.path && method === 'GET') || purpose === 'unknown path')
      const schemaProblems = isLooked ? await checkBody(answer, this.#subject.healthSchema) : []
      this.#recorder.record({ type: 'response', request, wallTime, schemaProblems, ...answer }, atMs)
      return answer.status
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException
      const receivedBytes = probe.receivedBytes()
      this.#recorder.record({ type: 'request-failed', request, code, message, receivedBytes })
      return null
    }
  }

  /** Sends what somebody's own spec asks, and hands out the answer as `fetch` does. Throws SpecRequestError. */
  fetch(path: string, init: SpecRequest): Promise<Response> {
    const target = this.#target()
    const request = ++this.#requests
    this.#fetching ??= new SpecRequests(this.#recorder, this.#keepSecret)
    return this.#fetching.send({ target, request, path, headers: this.#headers() }, init)
  }

  /** Cuts off what a spec still asks, and comes back when that is recorded. */
  async endFetches(): Promise<void> {
    await this.#fetching?.end()
  }

  /** Comes back when what came of a spec's requests so far is recorded. */
  async fetchesRecorded(): Promise<void> {
    await this.#fetching?.recorded()
  }

  /** Asks once more whether it is well. */
  check(timeoutMs: number = this.#subject.contract.budgets.readyMs): Promise<boolean> {
    return this.isWell('check', timeoutMs)
  }

  /** Whether it is well, as the contract has it: the health path answers with its status, or a connection is accepted. */
  async isWell(purpose: RequestPurpose, timeoutMs: number): Promise<boolean> {
    const { health } = this.#subject.contract
    if (health.kind === 'none') return this.#target() !== null
    if (health.kind === 'tcp') return this.#connects(purpose, timeoutMs)
    return (await this.send({ purpose, timeoutMs })) === health.status
  }

  /** Asks once more and otherwise, so that the recording tells why no answer was a good one. */
  async askOtherwise(): Promise<void> {
    const target = this.#target()
    if (target === null || !this.#speaksHttp) return
    const { path } = this.#subject.contract.health
    await askOtherwise(target, { path, headers: this.#headers() }, this.#recorder)
  }

  /** Connects, asks nothing, and hangs up. */
  async #connects(purpose: RequestPurpose, timeoutMs: number): Promise<boolean> {
    const target = this.#target()
    if (target === null) return false
    const request = ++this.#requests
    const { socket, connectedBy } = dial(target)
    const where = { address: addressOf(target), port: target.port }
    this.#recorder.record({
      type: 'request',
      request,
      purpose,
      method: 'CONNECT',
      path: '',
      headers: {},
      ...where,
    })
    let problem: NodeJS.ErrnoException | null = null
    const connected = new Promise<void>(resolve => {
      socket.once(connectedBy, () => resolve())
      socket.on('error', error => {
        problem ??= error
        resolve()
      })
    })
    const inTime = await new Deadline(timeoutMs).before(connected)
    socket.destroy()
    if (inTime && problem === null) {
      this.#recorder.record({ type: 'connected', request })
      return true
    }
    const { code = 'ETIMEDOUT', message = `no connection within ${Math.round(timeoutMs)} ms` } =
      problem ?? ({} as NodeJS.ErrnoException)
    this.#recorder.record({ type: 'request-failed', request, code, message, receivedBytes: 0 })
    return false
  }

  /** Asks many times, and records the numbers alone; comes back with them. */
  async volley(plan: VolleyPlan, of: Volley['of'] = 'sidecar'): Promise<Volley | null> {
    const target = this.#target()
    if (target === null || !this.#speaksHttp) return null
    const volley = { ...(await sendVolley(target, this.#asked(), plan)), of }
    this.#recorder.record(volley)
    return volley
  }

  /**
   * Asks while another program is asked too, over and over: whatever this machine does meanwhile it does to both, and
   * how late it made the other one is recorded with what came of this one.
   */
  async volleyBeside(other: Client, plan: VolleyPlan): Promise<Volley | null> {
    const target = this.#target()
    if (target === null || !this.#speaksHttp) return null
    let isOver = false
    const sending = sendVolley(target, this.#asked(), plan).finally(() => {
      isOver = true
    })
    const latenessMs: number[] = []
    do {
      const volley = await other.volley({ ...plan, requests: 1, connections: 1 }, 'calibration')
      latenessMs.push(volley?.latenciesMs[0] ?? Number.POSITIVE_INFINITY)
      const pausedAtMs = performance.now()
      await new Deadline(CALIBRATION_PAUSE_MS).before(sending)
      latenessMs.push(performance.now() - pausedAtMs - CALIBRATION_PAUSE_MS)
    } while (!isOver)
    const slowestMs = Math.max(...latenessMs)
    const machineMs = Number.isFinite(slowestMs) ? Math.round(slowestMs * 100) / 100 : null
    const volley = { ...(await sending), of: 'sidecar' as const, machineMs }
    this.#recorder.record(volley)
    return volley
  }

  /** Sends bytes as they are, and records what came back. */
  async exchange(plan: RawPlan): Promise<void> {
    const target = this.#target()
    if (target !== null && this.#speaksHttp) this.#recorder.record(await exchangeRaw(target, plan))
  }

  /** Opens a connection on which nothing is asked, or nothing more, and keeps it open. */
  async hold(connection: HeldConnection): Promise<void> {
    const target = this.#target()
    if (target === null || (connection !== 'silent' && !this.#speaksHttp)) return
    const { socket, connectedBy } = dial(target)
    this.#held.push(socket)
    const { health, budgets } = this.#subject.contract
    const head = [
      `GET ${health.path} HTTP/1.1`,
      `Host: ${authorityOf(target)}`,
      ...this.#headerLines(),
      '',
    ].join('\r\n')
    let error: string | null = `nothing came of it within ${budgets.readyMs} ms`
    const held = new Promise<void>(resolve => {
      const succeed = () => {
        error = null
        resolve()
      }
      socket.once(connectedBy, () => {
        if (connection !== 'answered and kept alive') return succeed()
        socket.once('data', answer => {
          if (staysOpen(answer.toString('latin1'))) return succeed()
          error = 'its answer closes the connection'
          resolve()
        })
        socket.write(`${head}\r\n`)
      })
      // Also what ends it later: a sidecar that closes, or resets, does nothing wrong by that.
      socket.on('error', problem => {
        error = problem.message
        resolve()
      })
      socket.once('close', resolve)
    })
    await new Deadline(budgets.readyMs).before(held)
    if (error === null && connection === 'half a request head') socket.write(head)
    this.#recorder.record({ type: 'held-open', connection, error })
  }

  /** Whether requests mean anything to it. */
  get #speaksHttp(): boolean {
    return this.#subject.contract.health.kind === 'http'
  }

  #asked(): Asked {
    return { health: this.#subject.contract.health, headers: this.#headers() }
  }

  #headerLines(): readonly string[] {
    return Object.entries(this.#headers()).map(([name, value]) => `${name}: ${value}`)
  }

  hangUp(): void {
    for (const socket of this.#held) socket.destroy()
  }
}
