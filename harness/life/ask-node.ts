import { fileURLToPath } from 'node:url'
import type { CallFrame, OpenHandle, OpenTimer, Place, RuntimeState } from '../recording/runtime-state.ts'
import { Deadline } from './deadline.ts'
import type { Inspector, RemoteObject } from './inspector.ts'

/** As many as tell what kind they are. */
const MOST_HANDLES = 32
const MOST_TIMERS = 8
const MOST_FRAMES = 8

/** A debugger stops a program at its next statement: one that runs is there in some 100 ms. */
const PAUSE_MS = 300

/** What was learned by the time that all was asked, or time was up. */
export interface Learned {
  readonly state: RuntimeState | null
  /** Why that is not all. */
  readonly problem: string | null
}

/**
 * Asks Node what keeps it going, from what costs nothing to what costs most: who runs out of time has the rest. Its
 * inspector answers between two steps of a loop, too; in a call into the system that does not come back, to nobody.
 */
export async function askNode(inspector: Inspector, isRunning: boolean): Promise<Learned> {
  let state: RuntimeState | null = null
  try {
    const { frames, ...rest } = (await evaluate(inspector, IN_SHORT)) as ShortAnswer
    state = { ...rest, handles: [], omittedHandles: null, timers: null, workers: 0, frames: [] }
    state = { ...state, frames: toFrames(frames) }
    const { handles, workers } = (await evaluate(inspector, HANDLES)) as HandlesAnswer
    const kept = handles.slice(0, MOST_HANDLES)
    state = { ...state, handles: kept, omittedHandles: handles.length - kept.length, workers }
    // Between two promises nothing is on the stack, and in an endless chain of them no wait either.
    const isElusive = isRunning && state.frames.length === 0
    const hasTimers = 'Timeout' in state.resources
    if (!isElusive && !hasTimers) return { state: { ...state, timers: [] }, problem: null }
    const scripts = await followScripts(inspector)
    if (isElusive) state = { ...state, frames: await pause(inspector, scripts) }
    state = { ...state, timers: hasTimers ? await findTimers(inspector, scripts) : [] }
    return { state, problem: null }
  } catch (error) {
    return { state, problem: error instanceof Error ? error.message : String(error) }
  }
}

interface ShortAnswer extends Pick<RuntimeState, 'version' | 'resources'> {
  readonly frames: readonly Site[]
}

type HandlesAnswer = { readonly handles: readonly OpenHandle[]; readonly workers: number }

/** A step of a stack, as V8 tells of it. */
interface Site {
  readonly name: string | null
  readonly file: string | null
  readonly line: number | null
}

/** The stack is that of what this interrupts. The program's own way of writing stacks is set aside for a moment. */
const IN_SHORT = `(() => {
  const { prepareStackTrace, stackTraceLimit } = Error
  let frames = []
  try {
    Error.stackTraceLimit = 32
    Error.prepareStackTrace = (_error, sites) => sites.map(site => ({
      name: site.getFunctionName(), file: site.getFileName() ?? null, line: site.getLineNumber() }))
    const { stack } = new Error()
    if (Array.isArray(stack)) frames = stack
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
  const resources = {}
  for (const name of process.getActiveResourcesInfo?.() ?? []) resources[name] = (resources[name] ?? 0) + 1
  return { version: process.version, resources, frames }
})()`

/**
 * The report holds the environment and the command line, too: it stays where it is, and only this comes out of it. With
 * the network in it Node asks for the name of every address, and waits for that.
 */
const HANDLES = `(() => {
  const { report } = process
  const before = { excludeNetwork: report.excludeNetwork, excludeEnv: report.excludeEnv }
  let whole
  try {
    report.excludeNetwork = true
    report.excludeEnv = true
    whole = report.getReport()
  } finally {
    for (const [name, value] of Object.entries(before)) if (value !== undefined) report[name] = value
  }
  const end = point => point == null ? undefined : typeof point === 'string' ? point :
    (point.ip6 === undefined ? point.ip4 ?? point.host : '[' + point.ip6 + ']') + ':' + point.port
  const handles = whole.libuv
    .filter(({ is_active, is_referenced, type }) => is_active && is_referenced && type !== 'timer')
    .map(({ type, localEndpoint, remoteEndpoint, pid, filename, fd, stdio }) => ({
      type, local: end(localEndpoint), remote: end(remoteEndpoint), pid, path: filename,
      fd: fd < 0 ? undefined : fd, stdio }))
  return { handles, workers: whole.workers?.length ?? 0 }
})()`

const SET_TIMERS = `this
  .filter(timer => !timer._destroyed && timer.hasRef() && timer._idleTimeout > 0).slice(0, ${MOST_TIMERS})`
const DESCRIBED_TIMERS = `function () {
  const firesInMs = timer => Math.max(0, Math.round(timer._idleStart + timer._idleTimeout - performance.now()))
  return ${SET_TIMERS}.map(timer => ({ repeatMs: timer._repeat ?? null, firesInMs: firesInMs(timer),
    name: String(timer._onTimeout?.name ?? '') }))
}`
const CALLED_BY_TIMERS = `function () { return ${SET_TIMERS}.map(timer => timer._onTimeout) }`
const PROTOTYPE =
  '(timer => { clearTimeout(timer); return Object.getPrototypeOf(timer) })(setTimeout(() => {}, 1))'

async function evaluate(inspector: Inspector, expression: string): Promise<unknown> {
  const { value } = await inspector.object('Runtime.evaluate', { expression, returnByValue: true })
  return value
}

/** Which file each script is, by its id: told of all there are once the debugger is on. */
async function followScripts(inspector: Inspector): Promise<ReadonlyMap<string, string>> {
  const scripts = new Map<string, string>()
  inspector.on('Debugger.scriptParsed', ({ scriptId, url }) => scripts.set(String(scriptId), String(url)))
  await inspector.call('Debugger.enable')
  return scripts
}

/** Where it is at this moment; nothing where it waits. */
async function pause(inspector: Inspector, scripts: ReadonlyMap<string, string>): Promise<CallFrame[]> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let frames: CallFrame[] = []
  let isOver = false
  inspector.on('Debugger.paused', ({ callFrames }) => {
    const sites = (callFrames as readonly PausedFrame[]).map(({ functionName, location }) => ({
      name: functionName,
      file: scripts.get(location.scriptId) ?? null,
      line: location.lineNumber + 1,
    }))
    frames = toFrames(sites)
    if (frames.length > 0) resolve()
    // Between two of the program's functions it is in Node's own, which calls the next one. V8 crashes (SIGTRAP, Node 24)
    // where it hears of a step after its debugger was turned off.
    else if (!isOver) void inspector.call('Debugger.stepInto').catch(() => {})
  })
  await inspector.call('Debugger.pause')
  await new Deadline(PAUSE_MS).before(promise)
  isOver = true
  // Lets it go on, or takes back that it is to be stopped.
  await inspector.call('Debugger.disable')
  return frames
}

interface PausedFrame {
  readonly functionName: string
  readonly location: Location
}

interface Location {
  readonly scriptId: string
  /** From 0 on. */
  readonly lineNumber: number
}

/** Timers are found on the heap: neither the loop, which has one for all, nor a report knows them one by one. */
async function findTimers(
  inspector: Inspector,
  scripts: ReadonlyMap<string, string>,
): Promise<readonly OpenTimer[]> {
  const prototype = await inspector.object('Runtime.evaluate', { expression: PROTOTYPE })
  const { objects } = await inspector.call('Runtime.queryObjects', { prototypeObjectId: prototype.objectId })
  const { objectId } = objects as RemoteObject
  const [described, called] = await Promise.all([
    inspector.object('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: DESCRIBED_TIMERS,
      returnByValue: true,
    }),
    inspector.object('Runtime.callFunctionOn', { objectId, functionDeclaration: CALLED_BY_TIMERS }),
  ])
  const functions = await elementsOf(inspector, called.objectId)
  const places = await Promise.all(functions.map(each => placeOf(inspector, each, scripts)))
  const timers = described.value as readonly Omit<OpenTimer, 'place'>[]
  return timers.map((timer, index) => ({ ...timer, place: places[index] ?? null }))
}

async function placeOf(
  inspector: Inspector,
  { objectId }: RemoteObject,
  scripts: ReadonlyMap<string, string>,
): Promise<Place | null> {
  if (objectId === undefined) return null
  const { internalProperties = [] } = (await inspector.call('Runtime.getProperties', {
    objectId,
    ownProperties: true,
  })) as { internalProperties?: { name: string; value?: { value?: Location } }[] }
  const location = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value
  const file = location === undefined ? undefined : scripts.get(location.scriptId)
  return location === undefined ? null : toPlace(file, location.lineNumber + 1)
}

/** The elements of an array in the process. */
async function elementsOf(inspector: Inspector, objectId: string | undefined): Promise<RemoteObject[]> {
  const { result } = (await inspector.call('Runtime.getProperties', { objectId, ownProperties: true })) as {
    result: { name: string; value?: RemoteObject }[]
  }
  return result.filter(({ name }) => /^\d+$/.test(name)).flatMap(({ value }) => value ?? [])
}

/** The program's own steps: what of them is Node's explains nothing, and what is ours is none of them. */
function toFrames(sites: readonly Site[]): CallFrame[] {
  return sites
    .flatMap(({ name, file, line }) => {
      const place = toPlace(file, line)
      return place === null ? [] : [{ name: name ?? '', ...place }]
    })
    .slice(0, MOST_FRAMES)
}

function toPlace(file: string | null | undefined, line: number | null): Place | null {
  if (file == null || file === '' || file.startsWith('node:') || line === null) return null
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line }
}
