import { compileGrammar, toPattern } from '../../../harness/contract/announcement.ts'
import type { StopSignal } from '../../../harness/contract/contract.ts'
import type { Listener, ProcessInfo } from '../../../harness/host/host.ts'
import type { Observation } from '../../../harness/life/recorder.ts'
import { Transcript } from '../../../harness/life/transcript.ts'
import type { RawStreams } from '../../../harness/recording/archive.ts'
import {
  BASELINE,
  type Conditions,
  type EventOf,
  type LifeEvent,
  type LifeRecording,
  type RequestPurpose,
  type StreamName,
} from '../../../harness/recording/recording.ts'

/** Lives are launched some time after their gate: a time that forgets to subtract this is wrong by it. */
const LAUNCHED_AT_MS = 1000
const LEADER_PID = 500
const GRAMMAR = compileGrammar(toPattern('BACKEND_PORT:{port}'))

export const HEALTHY_BODY =
  '{"status":"ok","app":"backend","timestamp":"2026-01-01T00:00:00.000Z","uptime":0.1}'

/** What comes of one request: an answer, an error after the connection was made, or no connection. */
export type Ending =
  | Partial<Pick<EventOf<'response'>, 'status' | 'body' | 'contentType' | 'schemaProblems'>>
  | { readonly fails: string; readonly message?: string }
  | { readonly refused: true; readonly code?: string }

/**
 * A life, written down by hand: `aLife('stop-sigterm').announces(41234).isReady().stopsOn('SIGTERM')`. Each step adds
 * what a real life would record, later than the step before. Streams are cut into lines by the harness's own transcript.
 */
export class Script {
  readonly id: string
  readonly scenario: string
  readonly #instance: number
  readonly #conditions: Conditions
  readonly #events: LifeEvent[] = []
  readonly #streams = { stdout: new Transcript(), stderr: new Transcript() }
  #now = LAUNCHED_AT_MS
  #port = 0
  #requests = 0

  constructor(id: string, conditions: Conditions, variables: readonly string[]) {
    const [scenario = '', instance = '0'] = id.split('.')
    this.id = conditions.environment === 'caller' ? `${id}.caller-environment` : id
    this.scenario = scenario
    this.#instance = Number(instance)
    this.#conditions = conditions
    this.#add({ type: 'launch', file: '/app/backend', args: [], directory: '/tmp/life', variables })
  }

  /** Time goes by. */
  after(ms: number): this {
    this.#now += ms
    return this
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
    return this.#add({ type: 'announcement', stream: 'stdout', port, host: null })
  }

  /** A request and what comes of it: connected 1 ms later, answered another one later. */
  isAsked(purpose: RequestPurpose, ending: Ending = {}): this {
    const request = ++this.#requests
    this.#add({ type: 'request', request, purpose, path: '/health', address: '127.0.0.1', port: this.#port })
    this.after(1)
    if ('refused' in ending) {
      const { code = 'ECONNREFUSED' } = ending
      const message = `connect ${code} 127.0.0.1:${this.#port}`
      return this.#add({ type: 'request-failed', request, code, message })
    }
    this.#add({ type: 'connected', request }).after(1)
    if ('fails' in ending) {
      const { fails: code, message = code } = ending
      return this.#add({ type: 'request-failed', request, code, message })
    }
    const body = ending.body ?? HEALTHY_BODY
    return this.#add({
      type: 'response',
      request,
      status: 200,
      contentType: 'application/json',
      body,
      bodyBytes: body.length,
      wallTime: '2026-01-01T00:00:00.000Z',
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

  isHeldOpen(): this {
    this.#add({ type: 'held-open', connection: 'silent', error: null })
    return this.#add({ type: 'held-open', connection: 'half a request head', error: null })
  }

  lookFails(message: string): this {
    return this.#add({ type: 'lookup-failed', what: 'processes and listeners', message })
  }

  /** The time for something is over. */
  isLate(waitedFor: EventOf<'deadline'>['waitedFor'], budgetMs = 10_000): this {
    const since = waitedFor === 'exit' ? this.#now : LAUNCHED_AT_MS
    this.#now = since + budgetMs
    return this.#add({ type: 'deadline', waitedFor, budgetMs })
  }

  isSent(signal: NodeJS.Signals): this {
    return this.#add({ type: 'signal', signal, delivered: true })
  }

  exits(exit: number | NodeJS.Signals): this {
    return typeof exit === 'number'
      ? this.#add({ type: 'exit', code: exit, signal: null })
      : this.#add({ type: 'exit', code: null, signal: exit })
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
      stdout: this.#streams.stdout.toRecording('pipe', GRAMMAR),
      stderr: this.#streams.stderr.toRecording('pipe', GRAMMAR),
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

export interface LaunchedWith {
  readonly conditions?: Conditions
  /** The names of the variables in its environment. */
  readonly variables?: readonly string[]
}

export interface Stop {
  readonly exit?: number | NodeJS.Signals
  readonly afterMs?: number
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
  { conditions = BASELINE, variables = ['HOME', 'PATH', 'TMPDIR'] }: LaunchedWith = {},
): Script {
  return new Script(id, conditions, variables)
}

export function loopback(port: number, address = '127.0.0.1'): Listener {
  return { address, port, pid: LEADER_PID }
}

export function aProcess(pid: number, command = 'backend'): ProcessInfo {
  return { pid, parentPid: 1, groupId: LEADER_PID, startedAt: '0', command }
}
