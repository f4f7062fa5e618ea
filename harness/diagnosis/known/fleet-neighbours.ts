import { exitedByItself, firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { breakdownOf } from '../seen.ts'
import { exceptionAfter, quoted } from '../system-errors.ts'

/** What became of a sibling that has to go on serving: its exit, or null while it runs. */
function fateOf({ life }: Scene): ReturnType<typeof exitedByItself> {
  return life === null ? null : exitedByItself(life)
}

const ONE_OWN = {
  any: 'End and remove only what is its own: processes that it started itself, by their id and never by their name (`pkill`, `taskkill /IM`, "whoever has the port"), files with its own process id in their name or that it created with O_EXCL.',
  node: "By id: `child.kill()`, never `pkill` or fkill by name or port. Files: `openSync(path, 'wx')` for what is to be its own.",
  python:
    '`process.terminate()` of its own Popen, never psutil over all names. `open(path, "x")` for what is to be its own.',
}

const killedBySibling: KnownFailure = {
  id: 'kills-its-siblings',
  title:
    'One that is stopped ends the others by a signal: it ends processes by their name, their port or their group.',
  clauses: ['fleet/independent-stop'],
  sources: [
    'https://github.com/NousResearch/hermes-agent/pull/87314',
    'https://man7.org/linux/man-pages/man1/pgrep.1.html',
  ],
  fix: ONE_OWN,
  recognise(scene) {
    const exit = fateOf(scene)
    if (exit === null || exit.signal === null) return null
    return {
      evidence: [
        `${exit.signal} killed it, and nobody of us had sent that`,
        ...whenSiblingStopped(scene, exit.atMs),
      ],
    }
  },
}

const endsWithSibling: KnownFailure = {
  id: 'ends-with-its-sibling',
  title: 'When one is stopped the others end as well: they take its end for a word to all.',
  clauses: ['fleet/independent-stop'],
  sources: ['https://github.com/BestImageViewer/geeqie/issues/795'],
  fix: {
    ...ONE_OWN,
    any: `A word to stop is for one process: no file, socket or message in the common home that all of them watch, unless it names whom it means. ${ONE_OWN.any}`,
  },
  recognise(scene) {
    const exit = fateOf(scene)
    if (exit === null || exit.code !== 0) return null
    return {
      evidence: ['it exited with 0, as if it had been told to', ...whenSiblingStopped(scene, exit.atMs)],
    }
  },
}

const breaksWithSibling: KnownFailure = {
  id: 'breaks-when-a-sibling-stops',
  title: 'One that is stopped takes something with it that the others still need, and they fail.',
  clauses: ['fleet/independent-stop'],
  sources: ['https://github.com/rupa/z/issues/276'],
  fix: ONE_OWN,
  recognise(scene) {
    const { life, evidence } = scene
    const breakdown = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    return { evidence: breakdown?.evidence ?? [] }
  },
}

const followsCrash: KnownFailure = {
  id: 'ends-when-a-sibling-crashes',
  title: 'It ends, or breaks, because another one in its home was killed.',
  clauses: ['fleet/independent-crash'],
  sources: ['https://github.com/stemdeckapp/stemdeck/issues/85'],
  fix: {
    any: 'That another one is gone without a word is none of its business: clean up what that left, when it is needed, and serve on. What they share has to cope with half a write: a database, or whole files that are renamed over.',
  },
  recognise(scene) {
    const { life, evidence } = scene
    const breakdown = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    if (breakdown === null) return null
    return { evidence: [...breakdown.evidence, ...whenSiblingStopped(scene, fateOf(scene)?.atMs ?? null)] }
  },
}

const noSuccessor: KnownFailure = {
  id: 'crash-is-not-survived',
  title: 'After one was killed outright its home is not what it was.',
  clauses: ['fleet/independent-crash'],
  sources: ['https://github.com/stemdeckapp/stemdeck/issues/85'],
  fix: {
    any: 'Write whole files and rename them over, use locks that the system gives back, and let a start cope with whatever stands there.',
  },
  recognise({ life }) {
    const exception = life === null ? null : exceptionAfter(life, Number.NEGATIVE_INFINITY)
    return { evidence: quoted('an exception that nobody caught', exception) }
  },
}

/** How soon after the other one's end this one's came. */
function whenSiblingStopped({ life, evidence }: Scene, atMs: number | null): readonly string[] {
  if (life === null || atMs === null) return []
  const others = evidence.lives.filter(each => each !== life && each.scenario === life.scenario)
  const [first] = others.flatMap(each => signalled(each)).toSorted((a, b) => a.atMs - b.atMs)
  if (first === undefined || first.atMs > atMs)
    return [`${duration(sinceLaunch(life, atMs))} after its launch`]
  return [`${duration(atMs - first.atMs)} after ${first.id} had got ${first.signal}`]
}

function signalled(life: LifeRecording): readonly { id: string; signal: string; atMs: number }[] {
  const sent = firstEvent(life, 'signal')
  return sent === null ? [] : [{ id: life.id, signal: sent.signal, atMs: sent.atMs }]
}

/** One is stopped, or killed, and another one notices: from the particular to the general. */
export const fleetNeighbours: readonly KnownFailure[] = [
  killedBySibling,
  endsWithSibling,
  breaksWithSibling,
  followsCrash,
  noSuccessor,
]
