import { compileGrammar, type Grammar } from '../../../harness/contract/announcement.ts'
import type { StopSignal } from '../../../harness/contract/contract.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'
import type { Activity, Listener, ProcessInfo, Usage } from '../../../harness/host/host.ts'
import type { Observation } from '../../../harness/life/recorder.ts'
import { Transcript } from '../../../harness/life/transcript.ts'
import type { RawStreams } from '../../../harness/recording/archive.ts'
import {
  BASELINE,
  type Conditions,
  type EventOf,
  type HeldConnection,
  type LifeEvent,
  type LifeRecording,
  type RequestPurpose,
  type StreamName,
  type Volley,
} from '../../../harness/recording/recording.ts'
import type { RuntimeState } from '../../../harness/recording/runtime-state.ts'

/** Lives are launched some time after their gate: a time that forgets to subtract this is wrong by it. */
const LAUNCHED_AT_MS = 1000
const LEADER_PID = 500
const ANNOUNCE = 'BACKEND_PORT:{port}'

/** On the wall clock, the launch of every life. */
const LAUNCHED_AT = Date.parse('2026-01-01T00:00:00.000Z')

/** What a sound sidecar says of itself so many milliseconds after its launch. */
export function healthyBody(ageMs: number): string {
  const timestamp = new Date(LAUNCHED_AT + ageMs).toISOString()
  return JSON.stringify({ status: 'ok', app: 'backend', timestamp, uptime: Math.round(ageMs) / 1000 })
}

/** What comes of one request: an answer, an error after the connection was made, or no connection. */
export type Ending =
  | Partial<
      Pick<EventOf<'response'>, 'status' | 'headers' | 'body' | 'contentType' | 'schemaProblems' | 'wallTime'>
    >
  | { readonly fails: string; readonly message?: string; readonly receivedBytes?: number }
  | { readonly refused: true; readonly code?: string }

/** What came of bytes that were sent as they are. */
export type Came = Partial<
  Pick<EventOf<'raw-exchange'>, 'kind' | 'answer' | 'receivedBytes' | 'end' | 'error'>
>

/** What is asked, and where. */
export type Sent = Pick<EventOf<'request'>, 'method' | 'path' | 'headers' | 'address'>

/**
 * A life, written down by hand: `aLife('stop-sigterm').announces(41234).isReady().stopsOn('SIGTERM')`. Each step adds
 * what a real life would record, later than the step before. Streams are cut into lines by the harness's own transcript.
 */
export class Script {
  readonly id: string
  readonly scenario: string
  readonly #instance: number
  readonly #conditions: Conditions
  readonly #grammar: Grammar
  readonly #events: LifeEvent[] = []
  readonly #streams = { stdout: new Transcript(), stderr: new Transcript() }
  #now = LAUNCHED_AT_MS
  #port = 0
  #requests = 0
  readonly #busyWith: number[] = []

  constructor(id: string, { conditions, ...launch }: Launch, announce: string) {
    this.#grammar = compileGrammar(toAnnounce(announce))
    const [scenario = '', instance = '0'] = id.split('.')
    const kind = [
      conditions.environment === 'caller' ? '.caller-environment' : '',
      conditions.directory === 'caller' ? '.caller-directory' : '',
    ]
    this.id = `${id}${kind.join('')}`
    this.scenario = scenario
    this.#instance = Number(instance)
    this.#conditions = conditions
    const launched = { file: '/app/backend', args: [], directory: '/tmp/life', stdin: 'pipe' as const }
    this.#add({ type: 'launch', ...launched, ...launch })
  }

  /** Time goes by. */
  after(ms: number): this {
    this.#now += ms
    return this
  }

  /** The system has made a process of it. */
  isLaunched(): this {
    return this.#add({ type: 'launched', pid: LEADER_PID })
  }

  launchFails(code: string, message: string): this {
    return this.#add({ type: 'launch-failed', code, message })
  }

  /** Writes bytes, as they are: a line needs its newline. */
  writes(stream: StreamName, bytes: string | Buffer): this {
    this.#streams[stream].write(Buffer.from(bytes as string), this.#now)
    return this
  }

  /** A human log line on stderr. */
  logs(text: string): this {
    return this.writes('stderr', `${text}\n`)
  }

  /** Writes the announcement to stdout, 40 ms later. */
  announces(port = 41_234, ending = '\n'): this {
    this.after(40).writes('stdout', `BACKEND_PORT:${port}${ending}`)
    this.#port = port
    return this.#add({ type: 'announcement', by: 'stdout', port, host: null })
  }

  /** A request and what comes of it: connected 1 ms later, answered another one later. */
  isAsked(purpose: RequestPurpose, ending: Ending = {}, sent: Partial<Sent> = {}): this {
    const request = ++this.#requests
    const usual: Sent = { method: 'GET', path: '/health', headers: {}, address: '127.0.0.1' }
    this.#add({ type: 'request', request, purpose, port: this.#port, ...usual, ...sent })
    this.after(1)
    if ('refused' in ending) {
      const { code = 'ECONNREFUSED' } = ending
      const message = `connect ${code} ${sent.address ?? usual.address}:${this.#port}`
      return this.#add({ type: 'request-failed', request, code, message, receivedBytes: 0 })
    }
    return this.#add({ type: 'connected', request }).after(1).#settle(request, ending)
  }

  /** A request that is under way for a while: of it only the connection is there, 1 ms later. */
  isBusyWith(path: string): this {
    const request = ++this.#requests
    const sent: Sent = { method: 'GET', path, headers: {}, address: '127.0.0.1' }
    this.#busyWith.push(request)
    this.#add({ type: 'request', request, purpose: 'under way', port: this.#port, ...sent }).after(1)
    return this.#add({ type: 'connected', request })
  }

  /** All that are under way are answered. */
  isDoneWithAll(): this {
    while (this.#busyWith.length > 0) this.isDone()
    return this
  }

  /** What comes of the first of those that are under way. */
  isDone(ending: Exclude<Ending, { refused: true }> = {}): this {
    return this.#settle(this.#busyWith.shift() ?? 0, ending)
  }

  #settle(request: number, ending: Exclude<Ending, { refused: true }>): this {
    if ('fails' in ending) {
      const { fails: code, message = code, receivedBytes = 0 } = ending
      return this.#add({ type: 'request-failed', request, code, message, receivedBytes })
    }
    const ageMs = this.#now - LAUNCHED_AT_MS
    const body = ending.body ?? healthyBody(ageMs)
    return this.#add({
      type: 'response',
      request,
      status: 200,
      headers: { 'content-type': 'application/json' },
      contentType: 'application/json',
      body,
      bodyBytes: body.length,
      wallTime: new Date(LAUNCHED_AT + ageMs).toISOString(),
      schemaProblems: [],
      ...ending,
    })
  }

  /** The first request is answered, and the sidecar is ready. */
  isReady(answer: Ending = {}): this {
    return this.isAsked('first', answer).becomesReady()
  }

  becomesReady(): this {
    return this.#add({ type: 'ready' })
  }

  /** Its processes and who of them listens where, as seen 3 ms later. */
  isSeen({ listeners = [loopback(this.#port)], processes = [aProcess(LEADER_PID)] }: Sight = {}): this {
    this.after(3).#add({ type: 'tree', moment: 'ready', processes })
    return this.#add({ type: 'listeners', moment: 'ready', listeners })
  }

  isHeldOpen(
    kinds: readonly HeldConnection[] = ['silent', 'half a request head'],
    error: string | null = null,
  ): this {
    for (const connection of kinds) this.#add({ type: 'held-open', connection, error })
    return this
  }

  /** What is written to its stdin, or that it is closed. */
  isTold(what: EventOf<'stdin'>['what']): this {
    return this.#add({ type: 'stdin', what })
  }

  /** Behind the parent that was launched, the sidecar itself is found. */
  isBehindParent(process: ProcessInfo = aProcess(600)): this {
    this.#add({ type: 'launched', pid: LEADER_PID, isParent: true })
    return this.#add({ type: 'found-behind-parent', process })
  }

  /** Nothing of its tree is left, or something is when the time for that is over. */
  isGone(afterMs = 5): this {
    return this.after(afterMs).#add({ type: 'tree-gone' })
  }

  /** What its one process has used, and uses. */
  isMeasured(moment: string, used: Partial<Omit<Usage, 'pid'>> = {}): this {
    const usage = { pid: LEADER_PID, cpuMs: 60, residentBytes: 60 * 1024 * 1024, descriptors: 23, ...used }
    return this.#add({ type: 'usage', moment, processes: [usage] })
  }

  /** A part of the requests of the load scenario, in 10 ms, and the look after it. */
  isLoaded(used: Partial<Omit<Usage, 'pid'>> = {}, failures: Volley['failures'] = []): this {
    const failed = failures.reduce((sum, { count }) => sum + count, 0)
    const numbers = { requests: 50, connections: 10, answered: 50 - failed, latenciesMs: [], failures }
    this.after(10).#add({ type: 'volley', purpose: 'load', of: 'sidecar', ...numbers })
    return this.isMeasured('after requests', used)
  }

  /** Many requests at once, and what came of them 10 ms later: an answer to each, where nothing else is said. */
  isVolleyed(purpose: Volley['purpose'], numbers: Partial<Omit<Volley, 'type' | 'purpose'>> = {}): this {
    const { failures = [], requests = 100, connections = requests } = numbers
    const answered = requests - failures.reduce((sum, { count }) => sum + count, 0)
    const latenciesMs = Array.from({ length: answered }, () => 1)
    const counted = { of: 'sidecar' as const, requests, connections, answered, latenciesMs, failures }
    return this.after(10).#add({ type: 'volley', purpose, ...counted, ...numbers })
  }

  /** Bytes were sent as they are, and this came of them 2 ms later: a refusal, where nothing else is said. */
  isSentBytes(purpose: EventOf<'raw-exchange'>['purpose'], what: string, came: Came = {}): this {
    const { answer = 'HTTP/1.1 400 Bad Request\r\n\r\n' } = came
    const usual = { sentBytes: 100, receivedBytes: answer.length, end: 'closed by the sidecar' as const }
    return this.after(2).#add({ type: 'raw-exchange', purpose, what, answer, error: null, ...usual, ...came })
  }

  /** It was not well in time, and is asked once more and otherwise: byte by byte, and with one thing changed. */
  isAskedOtherwise(answer: string, answers: EventOf<'second-opinions'>['answers'] = []): this {
    const end = answer === '' ? 'still open' : 'closed by the sidecar'
    this.isSentBytes('once more', 'GET /health', { answer, receivedBytes: answer.length, end })
    return this.#add({ type: 'second-opinions', answers })
  }

  /** It was still there, or not ready, when its time was over: what its one process did then. */
  isSeenHanging({
    cpuMs = 0,
    waitsIn = 'do_epoll_wait',
    connections = [],
    listeners = [],
    processes = [aProcess(LEADER_PID)],
    pending = [],
  }: Hang = {}): this {
    const process = { pid: LEADER_PID, state: cpuMs > 0 ? 'R' : 'S', waitsIn, threads: 1, pending }
    const activity = { processes: [process], connections, omittedConnections: 0 }
    const seen = { processes, listeners, usage: [], windowMs: 50, activity }
    return this.#add({ type: 'hang', ...seen, busy: [{ pid: LEADER_PID, cpuMs }] })
  }

  /** Its runtime is asked what keeps it going, right before it is killed. */
  saysOfItself(told: Partial<RuntimeState>): this {
    const waits = { handles: [], omittedHandles: 0, timers: [], resources: {}, workers: 0, frames: [] }
    const state = { version: 'v24.0.0', ...waits, ...told }
    const came = { runtime: 'node', pid: LEADER_PID, state, problem: null, tookMs: 150 } as const
    return this.#add({ type: 'runtime-state', ...came })
  }

  /** A stream is closed by who reads it, or not read for a while. */
  isRead(stream: StreamName, what: EventOf<'stream-reading'>['what']): this {
    const receivedBytes = this.#streams[stream].bytes
    return this.#add({ type: 'stream-reading', stream, what, receivedBytes })
  }

  /** What its descriptors are of. */
  takesStock(kinds: EventOf<'descriptors'>['kinds']): this {
    return this.#add({ type: 'descriptors', moment: 'after requests', kinds })
  }

  /** Files that stood in its directories once it was gone. */
  litters(files: EventOf<'litter'>['files'], omitted = 0): this {
    return this.#add({ type: 'litter', files, omitted })
  }

  /** It took more memory than it may ever have, and was killed for it. */
  outgrows(bytes: number, capBytes: number): this {
    this.#add({ type: 'memory-burst', bytes, capBytes }).#add({ type: 'killed', why: 'it took too much' })
    return this.exits('SIGKILL')
  }

  /** Its tree grew beyond the cap, and it was killed for it. */
  bursts(processes: number, cap: number): this {
    this.#add({ type: 'tree-burst', processes, cap }).#add({ type: 'killed', why: 'its tree grew' })
    return this.exits('SIGKILL').leaves()
  }

  lookFails(message: string): this {
    return this.#add({ type: 'lookup-failed', what: 'processes and listeners', message })
  }

  /** The time for something is over. */
  isLate(waitedFor: EventOf<'deadline'>['waitedFor'], budgetMs = 10_000): this {
    const since = waitedFor === 'exit' || waitedFor === 'tree' ? this.#now : LAUNCHED_AT_MS
    this.#now = since + budgetMs
    return this.#add({ type: 'deadline', waitedFor, budgetMs })
  }

  isSent(
    signal: NodeJS.Signals,
    how: Partial<Pick<EventOf<'signal'>, 'delivered' | 'to' | 'handling'>> = {},
  ): this {
    return this.#add({ type: 'signal', signal, delivered: true, to: 'leader', ...how })
  }

  exits(exit: number | NodeJS.Signals): this {
    return typeof exit === 'number'
      ? this.#add({ type: 'exit', code: exit, signal: null })
      : this.#add({ type: 'exit', code: null, signal: exit })
  }

  /** Nobody holds its streams any more. */
  letsGoOfItsStreams(): this {
    for (const stream of Object.values(this.#streams)) stream.close(this.#now)
    return this
  }

  isKilled(): this {
    return this.#add({ type: 'killed', why: 'it did not end by itself' }).exits('SIGKILL')
  }

  /** Told to stop 8 ms later, gone another 5 later, and nothing is left. */
  stopsOn(signal: StopSignal, { exit = 0, afterMs = 5 }: Stop = {}): this {
    return this.after(8).isSent(signal).after(afterMs).exits(exit).leaves()
  }

  /** What is found once it has exited, and its end. */
  leaves({ port = {}, processes = [] }: Remains = {}): this {
    if (this.#port > 0 && port !== 'unknown') {
      const found = { free: true, error: null, holders: [], ...port }
      this.#add({ type: 'port-freed', port: this.#port, ...found })
    }
    if (processes !== 'unknown') this.#add({ type: 'leftovers', processes })
    return this.#add({ type: 'ended' })
  }

  toRecording(): LifeRecording {
    return {
      id: this.id,
      scenario: this.scenario,
      instance: this.#instance,
      conditions: this.#conditions,
      events: this.#events,
      stdout: this.#streams.stdout.toRecording('pipe', this.#grammar),
      stderr: this.#streams.stderr.toRecording('pipe', this.#grammar),
    }
  }

  raw(): RawStreams {
    return { stdout: this.#streams.stdout.raw(), stderr: this.#streams.stderr.raw() }
  }

  #add(observation: Observation): this {
    this.#events.push({ atMs: this.#now, ...observation })
    return this
  }
}

/** How it is launched; its variables are their names. */
export type Launch = Pick<EventOf<'launch'>, 'variables' | 'port' | 'heldOn'> &
  Partial<Pick<EventOf<'launch'>, 'file' | 'directory' | 'stdin'>> & { readonly conditions: Conditions }

export interface Stop {
  readonly exit?: number | NodeJS.Signals
  readonly afterMs?: number
}

export interface Hang {
  /** Of the 50 ms for which it was looked at. */
  readonly cpuMs?: number
  readonly waitsIn?: string | null
  readonly connections?: Activity['connections']
  readonly listeners?: readonly Listener[]
  readonly processes?: readonly ProcessInfo[]
  readonly pending?: readonly NodeJS.Signals[]
}

export interface Sight {
  readonly listeners?: readonly Listener[]
  readonly processes?: readonly ProcessInfo[]
}

export interface Remains {
  readonly port?: Partial<Omit<EventOf<'port-freed'>, 'type' | 'atMs'>> | 'unknown'
  readonly processes?: readonly ProcessInfo[] | 'unknown'
}

/** A life of the scenario that its id names, `<scenario>` or `<scenario>.<instance>`. */
export function aLife(
  id: string,
  {
    conditions = BASELINE,
    variables = ['HOME', 'PATH', 'TMPDIR'],
    port = null,
    heldOn = null,
    announce = ANNOUNCE,
    ...place
  }: Partial<Launch> & { readonly announce?: string } = {},
): Script {
  return new Script(id, { conditions, variables, port, heldOn, ...place }, announce)
}

export function loopback(port: number, address = '127.0.0.1'): Listener {
  return { address, port, pid: LEADER_PID }
}

export function aProcess(pid: number, command = 'backend'): ProcessInfo {
  return { pid, parentPid: 1, groupId: LEADER_PID, startedAt: '0', command }
}
