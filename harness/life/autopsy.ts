import { setTimeout as delay } from 'node:timers/promises'
import { carriesNode } from '../artifact/carries-node.ts'
import type { Host, Listener } from '../host/host.ts'
import { lockPort, type Unlock } from '../host/port-lock.ts'
import { firstDemand, firstEvent, isReady } from '../recording/query.ts'
import type { EventOf, LifeEvent } from '../recording/recording.ts'
import { askNode, type Learned } from './ask-node.ts'
import { Inspector } from './inspector.ts'
import type { Observed } from './look.ts'
import { loadUndici } from './probe.ts'

export interface Patient extends Observed {
  /** From now on what an inspector itself writes to stderr is none of the sidecar's words. */
  setAsideInspectorsWords(): void
}

/** Where Node opens its inspector on SIGUSR1, unless it was started with --inspect-port. */
const INSPECTOR_PORT = 9229
/**
 * From the signal to the last answer. Some 120 ms on a machine with nothing else to do; 2.6 s were seen where seven wanted
 * each core. Who never comes to its loop opens no inspector at all, so that this is spent on a heap of gigabytes alone.
 */
const QUESTION_MS = 10_000
/** Of that, for the inspector to listen: some 10 ms, where its program lets it. */
const OPENING_MS = 2_000
const LOOK_AGAIN_MS = 10
/** All inspectors on a machine want one port: so long another one's turn is waited for, as long as one may take. */
const TURN_MS = QUESTION_MS
const TRY_AGAIN_MS = 20
/** So long one who has that port without having taken turns is waited for. */
const OCCUPIED_MS = 1_000

const NOTHING: Unlock = async () => {}

/**
 * Asks the runtime of one that is still there when the time for its end is over, or not ready when that for its start
 * is, what keeps it going: right before it is ended, so that nothing which is judged comes after it. Only Node is asked, which opens its inspector on
 * SIGUSR1 without having been started for that (https://nodejs.org/api/process.html#signal-events); who does not catch
 * that signal would be killed by it. Comes back with what lets the next one be asked, once this one is gone. Throws
 * nothing: why nothing came of it is recorded.
 */
export async function askRuntime(patient: Patient, inspectorPort: number = INSPECTOR_PORT): Promise<Unlock> {
  const { recorder } = patient
  if (!isLate(recorder.events)) return NOTHING
  const begunAtMs = recorder.now()
  let pid: number | null = null
  let unlock: Unlock | null = null
  let learned: Learned
  try {
    pid = await findNode(patient)
    if (pid === null) return NOTHING
    unlock = await takeTurn(inspectorPort)
    learned =
      unlock === null ? failed('another one was asked all the time') : await ask(patient, pid, inspectorPort)
  } catch (error) {
    if (pid === null) return NOTHING
    learned = failed(error instanceof Error ? error.message : String(error))
  }
  const tookMs = recorder.now() - begunAtMs
  recorder.record({ type: 'runtime-state', runtime: 'node', pid, ...learned, tookMs }, begunAtMs)
  return unlock ?? NOTHING
}

function failed(problem: string): Learned {
  return { state: null, problem }
}

/** Its time is over, for its start or for its end, and nobody has killed it. */
function isLate(events: readonly LifeEvent[]): boolean {
  const wasKilled = events.some(
    event => event.type === 'killed' || (event.type === 'signal' && event.signal === 'SIGKILL'),
  )
  const late = events.findLast(event => event.type === 'deadline')
  if (wasKilled || late === undefined) return false
  const told = firstDemand({ events })
  // One that ends because its scenario is over was late for nothing.
  return late.waitedFor === 'exit'
    ? told !== null && told.atMs <= late.atMs
    : told === null && !isReady({ events })
}

/** The process that serves, or the one that was launched: the first of them that is Node, and has a handler. */
async function findNode({ host, identity, recorder }: Patient): Promise<number | null> {
  const tree = await host.tree(identity)
  const port = firstEvent(recorder, 'announcement')?.port ?? null
  const servers = recorder.events.flatMap(event =>
    event.type === 'listeners' || event.type === 'hang' ? event.listeners : [],
  )
  const wanted = [...servers.filter(each => each.port === port).map(each => each.pid), identity.pid]
  for (const pid of new Set(wanted)) {
    const executable = host.executableOf(pid)
    if (executable === null || !tree.some(each => each.pid === pid)) continue
    if (host.handlingOf(pid, 'SIGUSR1') === 'caught' && (await carriesNode(executable))) return pid
  }
  return null
}

/** Null where others had theirs for too long. */
async function takeTurn(inspectorPort: number): Promise<Unlock | null> {
  const until = performance.now() + TURN_MS
  for (;;) {
    const unlock = await lockPort(inspectorPort)
    if (unlock !== null || performance.now() >= until) return unlock
    await delay(TRY_AGAIN_MS)
  }
}

async function ask(patient: Patient, pid: number, inspectorPort: number): Promise<Learned> {
  const { host, recorder } = patient
  const over = AbortSignal.timeout(QUESTION_MS)
  // An import of some 50 ms, that whoever has sent a request has had.
  await loadUndici()
  const other = await occupantOf(inspectorPort, host)
  if (other !== null) {
    return failed(
      `another program, process ${other.pid}, listens on ${inspectorPort}, where Node's inspector would`,
    )
  }
  const before = await host.listeners([pid])
  // Asked again right before: whoever does not catch it any more would be killed by it.
  if (host.handlingOf(pid, 'SIGUSR1') !== 'caught') return failed('it has just ended')
  patient.setAsideInspectorsWords()
  host.signal(pid, 'SIGUSR1')
  const port = await findInspector(patient, pid, new Set(before.map(each => each.port)))
  if (port === null) {
    return failed(
      `SIGUSR1 opened no inspector within ${OPENING_MS} ms: it was started with --disable-sigusr1, has a handler of its own for that, or waits in a call that does not come back`,
    )
  }
  const inspector = await Inspector.connect(port, over)
  try {
    return await askNode(inspector, wasRunning(recorder.events, pid))
  } finally {
    inspector.close()
  }
}

/** Who listens there, and stays: an inspector that somebody else has opened goes with its process. */
async function occupantOf(port: number, host: Host): Promise<Listener | null> {
  const until = performance.now() + OCCUPIED_MS
  for (;;) {
    const [occupant] = await host.listenersOn(port)
    if (occupant === undefined) return null
    if (performance.now() >= until) return occupant
    await delay(TRY_AGAIN_MS)
  }
}

async function findInspector(
  { host }: Patient,
  pid: number,
  before: ReadonlySet<number>,
): Promise<number | null> {
  const until = performance.now() + OPENING_MS
  for (;;) {
    const listeners = await host.listeners([pid])
    const opened = listeners.find(each => each.address === '127.0.0.1' && !before.has(each.port))
    if (opened !== undefined) return opened.port
    if (performance.now() >= until) return null
    await delay(LOOK_AGAIN_MS)
  }
}

/** Whether it had something to do when its time was over, or waited. */
function wasRunning(events: readonly LifeEvent[], pid: number): boolean {
  const hang = events.findLast((event): event is EventOf<'hang'> => event.type === 'hang')
  return hang?.activity?.processes.some(each => each.pid === pid && each.state === 'R') ?? false
}
