import { exitedByItself, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import { deathOf } from '../exception.ts'
import type { KnownFailure } from '../known-failure.ts'
import { sayingOf } from '../said.ts'
import { endOf } from './start-conditions.ts'

const readsInput: KnownFailure = {
  id: 'reads-stdin-at-start',
  title: 'It reads its stdin while it starts, and takes an empty one for an error.',
  clauses: ['start/any-stdin'],
  sources: ['https://docs.python.org/3/library/exceptions.html#EOFError'],
  fix: {
    any: 'Take settings from a file, a variable or an argument, and ask nobody: no prompt before the server runs.',
  },
  recognise(scene) {
    const saying = sayingOf(
      scene.life,
      /EOFError|EOF when reading a line|NoSuchElementException: No line found|unexpected EOF on stdin/,
    )
    return saying === null ? null : { evidence: [...endOf(scene), `it said ${saying.quoted}`] }
  },
}

const endsWithStdin: KnownFailure = {
  id: 'ends-with-its-stdin',
  title: 'It ends when its stdin is at an end, which /dev/null is from the start.',
  clauses: ['start/any-stdin'],
  sources: ['https://github.com/evanw/esbuild/issues/3712', 'https://github.com/evanw/esbuild/issues/1885'],
  fix: {
    any: "Heed the end of stdin only where its parent has asked for that, by a flag or a variable. Where it is meant to stop it always, let the contract say so: `stop: { requests: [{ stdin: 'closed' }] }`.",
    node: "process.stdin.on('end', …) behind `if (process.argv.includes('--stop-with-stdin'))`.",
    python: 'A thread that reads sys.stdin, behind a flag of the command line.',
  },
  recognise({ life }) {
    const exit = life === null ? null : exitedByItself(life)
    if (life === null || exit === null) return null
    return {
      evidence: [
        ...deathOf(life),
        `${duration(sinceLaunch(life, exit.atMs))} after its launch, with /dev/null as its stdin`,
      ],
    }
  },
}

const needsStdin: KnownFailure = {
  id: 'needs-an-open-stdin',
  title: 'It does not start, or does not go on, with /dev/null as its stdin.',
  clauses: ['start/any-stdin'],
  sources: ['https://github.com/mksglu/context-mode/issues/862'],
  fix: {
    any: 'Do not read stdin; where it is read, stop at its end: a loop that reads on at the end of a file spins for ever.',
  },
  recognise: scene => ({ evidence: [...endOf(scene), scene.finding.observed] }),
}

export const startStdinFailures: readonly KnownFailure[] = [readsInput, endsWithStdin, needsStdin]
