import { compileGrammar } from '../contract/announcement.ts'
import type { Listener } from '../host/host.ts'
import { eventsOf, firstEvent, linesOf, sinceLaunch } from '../recording/query.ts'
import type { EventOf, LifeRecording, Line, StreamName } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { announcementsOf, grammarOf, streamOf, whyNoLine } from './announced.ts'
import { BASELINE_LIFE, type Clause, type Finding, fail, pass, skipped } from './clause.ts'
import { straysOn } from './stdout.ts'
import { quote, sockets } from './words.ts'

/** Of a line that was written over and over. */
const MOST_QUOTED = 3

// These are judged on lives that never became ready, too: when the baseline did not, one of them is usually the
// reason (see root-cause.ts).

const onStdout: Clause = {
  id: 'announce/on-stdout',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { contract } = input
    const stream = streamOf(contract)
    if (stream === null) return skipped(whyNoLine(contract.announce.on))
    const other = stream === 'stdout' ? 'stderr' : 'stdout'
    const { isUnmistakable } = compileGrammar(contract.announce)
    for (const life of input.ordinaryLives) {
      // An address among the logs is none, unless it is the only one.
      if (!isUnmistakable && firstEvent(life, 'announcement') !== null) continue
      const [stray] = linesOf(life, 'announcement', other)
      if (stray !== undefined) {
        const expected = `${grammarOf(contract)} on ${stream}, and not on ${other}`
        return fail(expected, `${quote(stray)} on ${other}`, { life, atMs: stray.atMs })
      }
    }
    return pass(`on ${stream}`)
  },
}

const once: Clause = {
  id: 'announce/once',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { contract } = input
    if (streamOf(contract) === null) return skipped(whyNoLine(contract.announce.on))
    for (const life of input.ordinaryLives) {
      const lines = announcementsOf(life, contract)
      const [first, second] = lines
      if (first !== undefined && second !== undefined) {
        const times = lines
          .slice(0, MOST_QUOTED)
          .map(line => `${quote(line)} after ${duration(sinceLaunch(life, line.atMs))}`)
        const more = lines.length > MOST_QUOTED ? ', …' : ''
        return fail('one announcement in the whole life', `${lines.length}: ${times.join(', ')}${more}`, {
          life,
          atMs: second.atMs,
        })
      }
    }
    return pass('once')
  },
}

const wellFormed: Clause = {
  id: 'announce/well-formed',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { contract } = input
    if (streamOf(contract) === null) return skipped(whyNoLine(contract.announce.on))
    for (const life of input.ordinaryLives) {
      const [line] = straysOn(life, contract).malformed
      if (line?.reading.kind === 'near-miss') {
        return fail(
          `${grammarOf(contract)}, to the byte, and a newline`,
          `${quote(line)}: ${printable(line.reading.why)}`,
          {
            life,
            atMs: line.atMs,
          },
        )
      }
    }
    const example = input.readyLives.flatMap(life => announcementsOf(life, contract))[0]
    if (example === undefined) return pass('nothing like it was written')
    return pass(example.ending === 'crlf' ? `${quote(example)}, ended by CRLF` : quote(example))
  },
}

const listeningFirst: Clause = {
  id: 'announce/listening-first',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { on } = input.contract.announce
    if (on.kind === 'listener') return skipped(whyNoLine(on))
    let slowest: number | null = null
    for (const life of input.ordinaryLives) {
      const announced = firstEvent(life, 'announcement')
      const accepted = firstEvent(life, 'connected')
      if (announced === null || accepted === null) continue
      const refused = firstEvent(life, 'request-failed')
      if (refused !== null && refused.code === 'ECONNREFUSED' && refused.atMs < accepted.atMs) {
        return fail(
          'a connection made the moment the line can be read is accepted',
          `refused ${duration(refused.atMs - announced.atMs)} after the line, accepted after ${duration(accepted.atMs - announced.atMs)}`,
          { life, atMs: refused.atMs },
        )
      }
      slowest = Math.max(slowest ?? 0, accepted.atMs - announced.atMs)
    }
    return slowest === null
      ? skipped('no connection was made')
      : pass(`accepted within ${duration(slowest)} of the line`)
  },
}

const ownPort: Clause = {
  id: 'announce/own-port',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { on } = input.contract.announce
    if (on.kind === 'listener') return skipped(whyNoLine(on))
    const announced = input.ordinaryLives.filter(life => firstEvent(life, 'announcement') !== null)
    const lives = announced.filter(life => firstEvent(life, 'announcement')?.port !== null)
    if (announced.length > 0 && lives.length === 0) {
      return skipped('it announced a socket of the file system, and no port')
    }
    const looked = lives.filter(life => firstEvent(life, 'listeners') !== null)
    for (const life of looked) {
      const finding = judgeOwnPort(life)
      if (finding !== null) return finding
    }
    const [failure] = lives.flatMap(life => eventsOf(life, 'lookup-failed'))
    if (looked.length === 0 && failure !== undefined)
      return skipped(`who listens could not be seen: ${failure.message}`)
    return looked.length === 0 ? skipped('nobody could look') : pass('its own process listens there')
  },
}

function judgeOwnPort(life: LifeRecording): Finding | null {
  const announced = firstEvent(life, 'announcement')
  if (announced === null) return null
  // Who is late was looked at before he announced anything.
  const look = eventsOf(life, 'listeners').find(({ atMs }) => atMs >= announced.atMs)
  if (look === undefined) return null
  // Gone before anybody looked: that it listens on nothing then says nothing of its port.
  const tree = eventsOf(life, 'tree').findLast(({ atMs }) => atMs <= look.atMs)
  if (tree?.processes.length === 0) return null
  if (look.listeners.some(({ port }) => port === announced.port)) return null
  return fail(
    `port ${announced.port}, which it announced, is listened on by its own processes`,
    look.listeners.length === 0
      ? 'none of its processes listens on any port'
      : `they listen on ${sockets(look.listeners)}`,
    { life, atMs: look.atMs },
  )
}

const flushed: Clause = {
  id: 'announce/flushed',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { contract } = input
    const stream = streamOf(contract)
    if (stream === null) return skipped(whyNoLine(contract.announce.on))
    for (const life of input.ordinaryLives) {
      const deadline = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'announcement')
      const listeners = firstEvent(life, 'listeners')?.listeners ?? []
      if (deadline === undefined || listeners.length === 0) continue
      const [late] = announcementsOf(life, contract).filter(({ atMs }) => atMs > deadline.atMs)
      return fail(
        `${grammarOf(contract)} can be read while it runs`,
        `it listens on ${sockets(listeners)}, ${whatWasRead(life, stream, listeners, deadline, late)}`,
        { life, atMs: deadline.atMs },
      )
    }
    const times = input.readyLives.flatMap(life =>
      eventsOf(life, 'announcement').map(({ atMs }) => sinceLaunch(life, atMs)),
    )
    return pass(
      times.length === 0 ? 'nothing held back' : `read ${duration(Math.min(...times))} after the launch`,
    )
  },
}

/** A line that came is no line in a buffer: then it is another one than the contract's. */
function whatWasRead(
  life: LifeRecording,
  stream: StreamName,
  listeners: readonly Listener[],
  deadline: EventOf<'deadline'>,
  late: Line | undefined,
): string {
  const before = life[stream].lines.filter(({ atMs, text }) => atMs <= deadline.atMs && text.trim() !== '')
  const ports = listeners.map(({ port }) => String(port))
  // Of all that it wrote, a line with its port in it is what was taken for the announcement.
  const other = before.find(({ text }) => ports.some(port => text.includes(port))) ?? before[0]
  if (other !== undefined) return `and what it wrote on ${stream} is not the announcement: ${quote(other)}`
  const tail = late === undefined ? 'and the line never came' : 'and the line came only when it ended'
  return `nothing could be read for ${duration(deadline.budgetMs)}, ${tail}: ${stream} is left in a buffer, or never written`
}

export const announceClauses: readonly Clause[] = [
  onStdout,
  once,
  wellFormed,
  listeningFirst,
  ownPort,
  flushed,
]
