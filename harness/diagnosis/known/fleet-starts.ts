import { placeOf } from '../../clauses/announced.ts'
import { ending } from '../../clauses/words.ts'
import { exitedByItself, firstEvent, isReady, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { again } from '../again.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { ADDRESS_IN_USE, DATABASE_LOCKED, exceptionAfter, quoted, systemErrorIn } from '../system-errors.ts'
import { portChoiceFailures } from './port-choice.ts'
import { systemSays } from './says-system.ts'

/** Judged by whether one becomes ready that meets others, or what they have left. */
const CLAUSES = ['fleet/ready-together', 'fleet/independent-crash', 'fleet/restarts'] as const

/** The one that did not become ready; null where it is something else that failed. */
function unreadyIn({ life }: Scene): LifeRecording | null {
  return life === null || isReady(life) ? null : life
}

function endOfStart(life: LifeRecording): readonly string[] {
  const exit = exitedByItself(life)
  if (exit === null) return ['it did not end, and was not ready when its time was over']
  return [
    `${ending(life)}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`,
    ...quoted('an exception that nobody caught', exceptionAfter(life, Number.NEGATIVE_INFINITY)),
  ]
}

const fixedPort = again(portChoiceFailures, 'port-fixed', CLAUSES, scene => {
  const life = unreadyIn(scene)
  const error = life === null ? null : systemErrorIn(life, ADDRESS_IN_USE)
  return life === null || error === null
    ? null
    : { evidence: [...endOfStart(life), `the system's error: ${error}`] }
})

const databaseLocked = again(
  systemSays,
  'state-locked',
  [...CLAUSES, 'fleet/clean-exit', 'fleet/independent-stop'],
  ({ life }) => {
    const error = life === null ? null : systemErrorIn(life, DATABASE_LOCKED)
    return error === null ? null : { evidence: [`the database's error: ${error}`] }
  },
)

/** Beside what is said of it elsewhere: whether it may be so is for its app to say. */
const SHARE = {
  any: "Share what is in the home: wait for locks for a moment, write files of one's own (with the process id in their name) and rename them over. Where only one may run, let the app see to that (tauri-plugin-single-instance, `app.requestSingleInstanceLock()`), and waive the fleet clauses with that reason.",
} as const

const onlyOne = again(portChoiceFailures, 'allows-one-instance', ['fleet/ready-together'], scene => {
  const life = unreadyIn(scene)
  if (life === null || exitedByItself(life) === null) return null
  const others = scene.evidence.lives.filter(
    each => each !== life && each.scenario === life.scenario && isReady(each),
  )
  return { evidence: [...endOfStart(life), `${others.length} of its siblings became ready`], fix: SHARE }
})

const waitsForOther: KnownFailure = {
  id: 'waits-for-its-sibling',
  title: 'It waits for something that another instance holds, and is not ready when its time is over.',
  clauses: ['fleet/ready-together'],
  sources: ['https://github.com/nowledge-co/nowledge-mem/issues/41'],
  fix: {
    any: 'Hold a lock only while something is written, never as long as the process runs; wait for it with a limit, and go on without what it guards, or end with an explanation.',
  },
  recognise(scene) {
    const life = unreadyIn(scene)
    return life === null ? null : { evidence: endOfStart(life) }
  },
}

const samePort: KnownFailure = {
  id: 'instances-announce-the-same-port',
  title: 'Two instances announce the same port: what they announce is not what they have got.',
  clauses: ['fleet/ready-together'],
  sources: [
    'https://github.com/sindresorhus/get-port/issues/14',
    'https://man7.org/linux/man-pages/man7/socket.7.html',
  ],
  fix: {
    any: 'Announce the port of the socket that listens, and never one that was free before or stands in a file of the common home. No SO_REUSEPORT: it lets two of them listen on one port, and the kernel deals out their clients.',
    python: 'Take out `reuse_port=True`; `sock.getsockname()[1]` tells the port that it has.',
  },
  recognise({ life, evidence }) {
    const place = life === null ? null : announcedPlace(life)
    const other = evidence.lives.find(
      each => each !== life && each.scenario === life?.scenario && announcedPlace(each) === place,
    )
    const pair =
      life === null || other === undefined ? [] : [`${other.id} and ${life.id} both announced ${place}`]
    return { evidence: pair }
  },
}

function announcedPlace(life: LifeRecording): string | null {
  const announced = firstEvent(life, 'announcement')
  return announced === null ? null : placeOf(announced)
}

const staleLock: KnownFailure = {
  id: 'crash-leaves-a-lock',
  title:
    'It takes what one that was killed has left in their home for something alive, and refuses to start.',
  clauses: ['fleet/independent-crash'],
  sources: [
    'https://github.com/kenn-io/agentsview/pull/1665',
    'https://github.com/stemdeckapp/stemdeck/issues/85',
  ],
  fix: {
    any: 'Use locks that the system gives back when a process dies: flock, a database, a listening socket. A file with a process id is a hint: look whether that process is there, and whether it is one of yours. Write whole files and rename them over, so that a cut one is never read.',
    node: 'Node has no flock: hold an open transaction of SQLite, or a socket. For a pid file `process.kill(pid, 0)` tells whether it is alive.',
    python:
      '`fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)` and keep the file open: the lock goes with the process.',
  },
  recognise(scene) {
    const life = unreadyIn(scene)
    return life === null
      ? null
      : { evidence: ['its predecessor in this home was killed outright', ...endOfStart(life)] }
  },
}

const leftByTheLast: KnownFailure = {
  id: 'start-meets-what-the-last-left',
  title:
    'It does not start in a home in which one has run and stopped before: what that has left is in its way.',
  clauses: ['fleet/restarts'],
  sources: ['https://github.com/ingo-eichhorst/Irrlicht/issues/1808'],
  fix: {
    any: "Look at what stands in its home after a clean stop (lock, pid and socket files, half a cache, a schema that is migrated already), remove at the stop what only one's own run needs, and let a start cope with all of it.",
  },
  recognise(scene) {
    const life = unreadyIn(scene)
    if (life === null || life.instance !== 2) return null
    return { evidence: ['the second start in this home', ...endOfStart(life)] }
  },
}

const neverLaunched: KnownFailure = {
  id: 'instance-could-not-be-launched',
  title: 'The system could not launch another instance.',
  clauses: CLAUSES,
  sources: ['https://man7.org/linux/man-pages/man2/execve.2.html'],
  fix: {
    any: 'Read the error: a file that is replaced or locked while one runs, a limit of processes (`ulimit -u`) or of memory.',
  },
  recognise({ life }) {
    const failure = life === null ? null : firstEvent(life, 'launch-failed')
    return failure === null ? null : { evidence: [`${failure.code}: ${failure.message}`] }
  },
}

/** One did not become ready: from the particular to the general. */
export const fleetStarts: readonly KnownFailure[] = [
  neverLaunched,
  fixedPort,
  databaseLocked,
  onlyOne,
  waitsForOther,
  samePort,
  staleLock,
  leftByTheLast,
]
