import { lastWords } from '../../clauses/words.ts'
import { exitedByItself } from '../../recording/query.ts'
import type { KnownFailure } from '../known-failure.ts'
import { START } from './start-clauses.ts'

export const endsSilently: KnownFailure = {
  id: 'ends-without-a-word',
  title: 'It ends before it is ready, and does not say why.',
  clauses: START,
  sources: ['https://github.com/anomalyco/opencode/pull/13028'],
  fix: {
    any: 'Write the reason to stderr before every exit, and flush it. Start it by hand with the environment of a desktop: `env -i PATH=/usr/bin:/bin HOME=$HOME ./backend; echo $?`.',
    node: 'process.exit() drops what a pipe has not taken yet: set process.exitCode, and let it end.',
    python: 'sys.exit(1) says nothing, sys.exit("reason") does; os._exit() drops what is buffered.',
  },
  recognise({ life }) {
    const exit = life === null ? null : exitedByItself(life)
    if (life === null || exit === null) return null
    if ([...life.stderr.lines, ...life.stdout.lines].some(({ text }) => text.trim() !== '')) return null
    return { evidence: [`it exited with code ${exit.code}`, 'stdout and stderr stayed empty'] }
  },
}

export const givesUp: KnownFailure = {
  id: 'gives-up-at-start',
  title: 'It ends by itself before it is ready; why is in its last words.',
  clauses: START,
  sources: ['https://github.com/anomalyco/opencode/pull/13028'],
  fix: {
    any: 'Mend what it names. What a user can lack (a setting, a file, a service) is better asked for once it runs: announce, serve, and let the app show what is missing.',
  },
  recognise({ life }) {
    const exit = life === null ? null : exitedByItself(life)
    if (life === null || exit === null) return null
    return {
      evidence: [
        `it exited with code ${exit.code}`,
        lastWords(life, life.stderr.bytes === 0 ? 'stdout' : 'stderr'),
      ],
    }
  },
}
