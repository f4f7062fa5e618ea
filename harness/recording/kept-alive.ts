import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import type { CallFrame, OpenHandle, OpenTimer, Place, RuntimeState } from './runtime-state.ts'

/** As many as tell what kind they are. */
const MOST_NAMED = 3

/** What keeps a runtime going, each in a few words: `a timer that repeats every 1.00 s (tick, /app/main.js:12)`. */
export function keptAliveBy(state: RuntimeState): readonly string[] {
  return [
    ...nameSome(serversOf(state).map(nameServer), 'servers'),
    ...nameSome((state.timers ?? []).map(nameTimer), 'timers'),
    ...(state.timers === null && 'Timeout' in state.resources ? ['timers'] : []),
    ...(state.workers === 0 ? [] : [state.workers === 1 ? 'a worker' : `${state.workers} workers`]),
    ...(readsStdin(state) ? ['its stdin, which it reads and which nobody has closed'] : []),
    ...nameConnections(state),
    ...nameSome(
      state.handles.flatMap(({ pid }) => (pid === undefined ? [] : [`the child process ${pid}`])),
      'child processes',
    ),
    ...nameSome(
      state.handles.flatMap(({ path }) => (path === undefined ? [] : [`a watch on ${printable(path)}`])),
      'watches',
    ),
    ...nameSome(
      ofType(state, 'udp').map(({ local }) => `a UDP socket on ${local ?? 'no address'}`),
      'UDP sockets',
    ),
    ...namePipes(state),
    ...nameWork(state),
  ]
}

/** `turn (/app/main.js:12)`: what it ran, from the inside out. */
export function whereItRuns({ frames }: RuntimeState): readonly string[] {
  return frames.slice(0, MOST_NAMED).map(nameFrame)
}

/** What accepts connections: those that listen have no other end. */
export function serversOf(state: RuntimeState): readonly OpenHandle[] {
  return state.handles.filter(
    ({ type, local, remote }) =>
      (type === 'tcp' || type === 'pipe') && local !== undefined && remote === undefined,
  )
}

export function readsStdin(state: RuntimeState): boolean {
  return state.handles.some(({ stdio }) => stdio === 'stdin')
}

function ofType(state: RuntimeState, type: string): readonly OpenHandle[] {
  return state.handles.filter(each => each.type === type)
}

function nameServer({ local }: OpenHandle): string {
  return `a server on ${printable(local ?? '')}`
}

/** `a timer that repeats every 1.00 s (tick, /app/main.js:12)`. */
export function nameTimer({ repeatMs, firesInMs, name, place }: OpenTimer): string {
  const when =
    repeatMs === null ? `that fires in ${duration(firesInMs)}` : `that repeats every ${duration(repeatMs)}`
  const who = [name, ...(place === null ? [] : [nameOf(place)])].filter(text => text !== '')
  return `a timer ${when}${who.length === 0 ? '' : ` (${printable(who.join(', '))})`}`
}

function nameConnections(state: RuntimeState): readonly string[] {
  const remotes = state.handles.flatMap(({ type, remote }) =>
    type === 'tcp' && remote !== undefined ? [remote] : [],
  )
  const kinds = [...Map.groupBy(remotes, remote => remote)]
  return nameSome(
    kinds.map(([remote, { length }]) => `${length === 1 ? 'a socket' : `${length} sockets`} to ${remote}`),
    'sockets',
  )
}

/** To children, mostly, and between its own threads; its stdio is told of elsewhere. */
function namePipes(state: RuntimeState): readonly string[] {
  const count = ofType(state, 'pipe').filter(
    ({ stdio, local }) => stdio === undefined && local === undefined,
  ).length
  return count === 0 ? [] : [count === 1 ? 'a pipe' : `${count} pipes`]
}

/** Calls into the system that have not come back: they have names such as FSReqCallback and GetAddrInfoReqWrap. */
function nameWork({ resources }: RuntimeState): readonly string[] {
  const names = Object.keys(resources).filter(name => /Req(Wrap|Callback|Promise)?$/.test(name))
  return names.map(name => `a call under way (${printable(name)})`)
}

function nameSome(names: readonly string[], noun: string): readonly string[] {
  const more = names.length - MOST_NAMED
  return more > 0 ? [...names.slice(0, MOST_NAMED), `${more} more ${noun}`] : names
}

function nameFrame({ name, ...place }: CallFrame): string {
  return printable(`${name === '' ? 'a function without a name' : name} (${nameOf(place)})`)
}

function nameOf({ file, line }: Place): string {
  return `${file}:${line}`
}
