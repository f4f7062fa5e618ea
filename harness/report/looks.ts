import type { Listener } from '../host/host.ts'
import { keptAliveBy, whereItRuns } from '../recording/kept-alive.ts'
import type { EventOf, LifeEvent } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import type { TimelineEntry } from './timeline.ts'
import { count } from './words.ts'

type Told = Omit<TimelineEntry, 'sinceLaunchMs'>

/** Enough to see what a tree consists of. */
const MOST_NAMED = 8

/**
 * What a timeline leaves out: what was looked at, held open, sent by the hundred. Null for what is told of elsewhere: an
 * answer with its request.
 */
export function describeLook(event: LifeEvent): Told | null {
  switch (event.type) {
    case 'connected':
    case 'response':
    case 'request-failed':
      return null
    case 'found-behind-parent':
      return { what: 'found', text: `behind its parent: ${nameProcess(event.process)}` }
    case 'volley':
      return { what: 'volley', text: describeVolley(event) }
    case 'raw-exchange':
      return { what: 'bytes', text: describeRaw(event) }
    case 'held-open':
      return { what: 'held open', text: `a connection, ${event.connection}${because(event.error)}` }
    case 'stream-reading':
      return { what: event.what, text: `reading ${event.stream}, after ${size(event.receivedBytes)}` }
    case 'tree':
      return {
        what: 'tree',
        text: `${event.moment}: ${nameAll(event.processes.map(nameProcess), 'process')}`,
      }
    case 'tree-burst':
      return { what: 'tree', text: `${event.processes} processes, where ${event.cap} are the most` }
    case 'memory-burst':
      return { what: 'memory', text: `${size(event.bytes)}, where ${size(event.capBytes)} are the most` }
    case 'listeners':
      return {
        what: 'listeners',
        text: `${event.moment}: ${nameAll(event.listeners.map(nameListener), 'listener')}`,
      }
    case 'process-started':
      return { what: 'process', text: `${nameProcess(event.process)}, started by ${event.process.parentPid}` }
    case 'process-ended':
      return { what: 'process', text: `${nameProcess(event.process)} is gone` }
    case 'listener-opened':
      return { what: 'listens', text: `on ${nameListener(event.listener)}` }
    case 'listener-closed':
      return { what: 'listens', text: `no more on ${nameListener(event.listener)}` }
    case 'load':
      return {
        what: 'load',
        text: `${Math.round(event.cores * 100)} % of a core, ${size(event.residentBytes)}`,
      }
    case 'usage': {
      const each = event.processes.map(
        ({ pid, cpuMs, residentBytes, descriptors }) =>
          `${pid} has used ${duration(cpuMs)} of processor, holds ${size(residentBytes)}${descriptors === null ? '' : ` and ${count(descriptors, 'descriptor')}`}`,
      )
      return { what: 'usage', text: `${event.moment}: ${nameAll(each, 'process')}` }
    }
    case 'hang': {
      const { processes, activity } = event
      const busy = activity?.processes.map(
        ({ pid, state, waitsIn, threads }) =>
          `${pid} in state ${state}${waitsIn === null ? '' : `, in ${printable(waitsIn)}`}, ${count(threads, 'thread')}`,
      )
      return { what: 'still here', text: nameAll(busy ?? processes.map(nameProcess), 'process') }
    }
    case 'runtime-state':
      return { what: 'asked', text: `Node, what keeps ${event.pid} going: ${describeState(event)}` }
    case 'descriptors': {
      const kinds = event.kinds.map(({ what, count: times }) => `${times} × ${printable(what)}`)
      return { what: 'descriptors', text: `${event.moment}: ${nameAll(kinds, 'descriptor')}` }
    }
    case 'second-opinions': {
      const answers = event.answers.filter(({ status }) => status !== null)
      const told = answers.map(({ asked, status }) => `${printable(asked)} ${status}`)
      return { what: 'otherwise', text: `asked in other ways: ${nameAll(told, 'answer')}` }
    }
    case 'lookup-failed':
      return { what: 'no look', text: `at ${event.what}: ${printable(event.message)}` }
    case 'tree-gone':
      return { what: 'gone', text: 'nothing of its tree is left' }
    case 'port-freed': {
      const held = nameAll(event.holders.map(nameListener), 'listener')
      return {
        what: 'port',
        text: event.free
          ? `${event.port} can be bound again`
          : `${event.port} cannot be bound${because(event.error)}: ${held}`,
      }
    }
    case 'leftovers':
      return { what: 'left', text: 'no process' }
    case 'litter': {
      const files = event.files.map(({ where, path, bytes }) => `${path} (${size(bytes)}, ${where})`)
      const more = event.omitted === 0 ? '' : ` and ${event.omitted} more`
      return {
        what: 'files left',
        text: `${nameAll(
          files.map(file => printable(file)),
          'file',
        )}${more}`,
      }
    }
    case 'ended':
      return { what: 'end', text: '' }
    default: {
      // Whatever a later version records is shown as it is, rather than not at all.
      const { type, atMs: _, ...rest } = event
      return { what: type, text: printable(JSON.stringify(rest)) }
    }
  }
}

function describeVolley({
  purpose,
  of,
  path,
  requests,
  connections,
  answered,
  latenciesMs,
  failures,
}: EventOf<'volley'>): string {
  const slowest = latenciesMs.reduce((most, each) => Math.max(most, each), 0)
  const parts = [
    `${purpose}: ${count(requests, 'request')}${path === undefined ? '' : ` for ${printable(path)}`} on ${count(connections, 'connection')}, ${answered} answered`,
    ...(latenciesMs.length === 0 ? [] : [`the slowest after ${duration(slowest)}`]),
    ...failures.map(({ what, count: times }) => `${times} × ${printable(what)}`),
    ...(of === 'calibration' ? ['of a program that does nothing else'] : []),
  ]
  return parts.join(', ')
}

function describeRaw({ what, sentBytes, answer, end, error }: EventOf<'raw-exchange'>): string {
  const [first = ''] = answer.split('\r\n')
  const said = first === '' ? 'no answer' : `"${printable(first)}"`
  return `${what} (${size(sentBytes)}) → ${said}, ${end}${because(error)}`
}

function describeState({ state, problem }: EventOf<'runtime-state'>): string {
  const why = problem === null ? [] : [printable(problem)]
  if (state === null) return `no answer: ${why.join()}`
  const places = whereItRuns(state)
  const runs = places.length === 0 ? [] : [`it runs ${places.join(' ← ')}`]
  const parts = [...keptAliveBy(state), ...runs, ...why]
  return parts.length === 0 ? 'nothing that it knows of' : parts.join('; ')
}

function because(error: string | null): string {
  return error === null ? '' : ` (${printable(error)})`
}

function nameProcess({ pid, command }: { readonly pid: number; readonly command: string }): string {
  return `${pid} (${printable(command)})`
}

function nameListener({ address, port, pid }: Listener): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}${pid === 0 ? '' : ` of ${pid}`}`
}

function nameAll(names: readonly string[], noun: string): string {
  if (names.length === 0) return `no ${noun}`
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
