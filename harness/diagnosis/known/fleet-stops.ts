import { hangOf, stateOf } from '../hanging.ts'
import type { KnownFailure } from '../known-failure.ts'
import { endOf, whenOf } from '../stopping.ts'
import { exceptionAfter, FILE_RACE, quoted, systemErrorIn } from '../system-errors.ts'

const racesAtTheEnd: KnownFailure = {
  id: 'stops-race-for-what-they-share',
  title:
    'Alone it stops cleanly; with others that stop at the same moment it fails: they race for something in their home.',
  clauses: ['fleet/clean-exit'],
  sources: ['https://github.com/rupa/z/issues/276'],
  fix: {
    any: "What is gone already is what was wanted: let a removal of it succeed (os.RemoveAll in Go, ErrorKind::NotFound in Rust). Better: remove one's own files only, and let the last write wait for the others' locks.",
    node: "`rmSync(path, { recursive: true, force: true })`, or `catch (error) { if (error.code !== 'ENOENT') throw error }`.",
    python: '`Path.unlink(missing_ok=True)`, `shutil.rmtree(path, ignore_errors=True)`.',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.code === null) return null
    const error =
      systemErrorIn(end.life, FILE_RACE, end.asked.atMs) ?? exceptionAfter(end.life, end.asked.atMs)
    return { evidence: [`it exited with ${end.exit.code}, ${whenOf(end)}`, ...quoted('the error', error)] }
  },
}

const waitsAtTheEnd: KnownFailure = {
  id: 'stops-wait-for-one-another',
  title:
    'Alone it stops in time; with others that stop at the same moment it does not: they wait for one another.',
  clauses: ['fleet/clean-exit'],
  sources: ['https://www.sqlite.org/c3ref/busy_timeout.html'],
  fix: {
    any: 'Wait for a common lock with a limit that is shorter than the grace period, and leave it undone behind that: the next start can do it. Take several locks in the same order everywhere.',
  },
  recognise(scene) {
    const stop = hangOf(scene)
    return stop === null ? null : { evidence: stateOf(stop) }
  },
}

const lastRunInTheWay: KnownFailure = {
  id: 'end-meets-what-the-last-left',
  title:
    'It ends cleanly the first time, and not in a home in which one has run before: what it writes at its end is there already.',
  clauses: ['fleet/restarts'],
  sources: ['https://github.com/ingo-eichhorst/Irrlicht/issues/1808'],
  fix: {
    any: 'Write over what an earlier run has left at its end: `force`, `O_TRUNC`, a rename over the old file, `INSERT … ON CONFLICT`, `mkdir` that accepts a directory. Its last words name what is in the way.',
    node: "`mkdirSync(path, { recursive: true })`, `cpSync(…, { force: true })`, no flag 'wx' for what every run writes; rename over what is there.",
    python: '`mkdir(exist_ok=True)`, `os.replace()` instead of os.rename(), mode "w" instead of "x".',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.code === null || end.life.instance !== 2) return null
    const error =
      systemErrorIn(end.life, FILE_RACE, end.asked.atMs) ?? exceptionAfter(end.life, end.asked.atMs)
    return {
      evidence: [
        'the second stop in this home; the first was clean',
        `it exited with ${end.exit.code}, ${whenOf(end)}`,
        ...quoted('the error', error),
      ],
    }
  },
}

/** Ends that are clean when one is alone, and the first in its home. */
export const fleetStops: readonly KnownFailure[] = [racesAtTheEnd, waitsAtTheEnd, lastRunInTheWay]
