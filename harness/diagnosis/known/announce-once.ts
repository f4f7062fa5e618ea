import { announcementsOf } from '../../clauses/announced.ts'
import { firstDemand } from '../../recording/query.ts'
import type { LifeRecording, Line } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/** More than one announcement in a life: what tells the second from the first. */
function secondOf({
  life,
  evidence: { contract },
}: Scene): { life: LifeRecording; first: Line; second: Line } | null {
  if (life === null) return null
  const [first, second] = announcementsOf(life, contract)
  return first === undefined || second === undefined ? null : { life, first, second }
}

const twoPorts: KnownFailure = {
  id: 'announced-two-ports',
  title: 'It announces two ports, and which of them is right nobody can say.',
  clauses: ['announce/once'],
  sources: [],
  fix: {
    any: 'Announce behind the last attempt to bind, the port that was bound. What else it listens on belongs into the same line (`announce: /^READY (?<port>\\d+) ws=\\d+$/`), or into none.',
  },
  recognise(scene) {
    const two = secondOf(scene)
    if (two === null || two.first.text === two.second.text) return null
    return { evidence: [`"${printable(two.first.text)}", then "${printable(two.second.text)}"`] }
  },
}

const againAtStop: KnownFailure = {
  id: 'announced-again-at-stop',
  title: 'It announces itself once more when it is told to stop.',
  clauses: ['announce/once'],
  sources: [],
  fix: {
    any: 'A status that is printed at the end belongs on stderr, in other words than the announcement.',
  },
  recognise(scene) {
    const two = secondOf(scene)
    const demand = two === null ? null : firstDemand(two.life)
    if (two === null || demand === null || two.second.atMs < demand.atMs) return null
    return {
      evidence: [`the second line came ${duration(two.second.atMs - demand.atMs)} after it was told to stop`],
    }
  },
}

const announcedTwice: KnownFailure = {
  id: 'announced-twice',
  title:
    'The announcement is written more than once, and a parent takes the second one for a restart or an error.',
  clauses: ['announce/once'],
  sources: ['https://github.com/dtzp555-max/ocp/issues/219'],
  fix: {
    any: 'Write it in one place: where the server has begun to listen, once in each life. Look for a retry, for a second listener (IPv6), and for a logger that writes to stdout as well.',
    node: "In the callback of listen, and nowhere else; 'listening' comes again when a server listens again. With cluster: in the primary alone.",
    python:
      'Each worker of `uvicorn --workers` or `--reload` runs your module: announce in the parent, or run one.',
  },
  recognise(scene) {
    const two = secondOf(scene)
    if (two === null) return { evidence: [scene.finding.observed] }
    return {
      evidence: [`twice "${printable(two.first.text)}", ${duration(two.second.atMs - two.first.atMs)} apart`],
    }
  },
}

export const announceOnceFailures: readonly KnownFailure[] = [twoPorts, againAtStop, announcedTwice]
