import type { ClauseId } from '../../contract/catalogue.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Recognition } from '../known-failure.ts'

const REFUSALS: readonly ClauseId[] = ['port/taken', 'port/invalid']

/** A port that it should have refused, and how it went about that. */
export function refusing(
  known: Pick<KnownFailure, 'id' | 'title' | 'clauses' | 'fix' | 'sources'>,
  recognise: (life: LifeRecording, observed: string) => Recognition | null,
): KnownFailure {
  return {
    ...known,
    recognise: ({ life, finding }) => (life === null ? null : recognise(life, finding.observed)),
  }
}

const SAY_AND_EXIT = {
  any: 'Where `listen` fails: one sentence with the port and the reason to stderr, then an exit with 1, at once. Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`; in a goroutine the error of ListenAndServe is easily lost. Rust: `?` in `main` does both.',
  node: "server.on('error', error => { console.error('cannot listen on port ' + port + ': ' + error.message); process.exitCode = 1 }), and start timers only once it listens: they would keep it up.",
  python: 'except OSError as error: sys.exit(f"cannot listen on port {port}: {error}") does both.',
}

/** How a refusal is spoilt, whatever it is for. */
export const portRefusalFailures: readonly KnownFailure[] = [
  refusing(
    {
      id: 'refusal-never-ends',
      title:
        'It cannot have the port, and stays up all the same: something else keeps it alive, or it tries again.',
      clauses: REFUSALS,
      fix: SAY_AND_EXIT,
      sources: [
        'https://github.com/debpalash/VoiceStudio/issues/1936',
        'https://nodejs.org/api/net.html#event-error',
      ],
    },
    life => {
      const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
      return late === undefined
        ? null
        : { evidence: [`still running after ${duration(late.budgetMs)}, with nothing announced`] }
    },
  ),
  refusing(
    {
      id: 'refusal-exits-with-0',
      title: 'It ends with code 0, as if all were well: its parent cannot tell that from a clean end.',
      clauses: REFUSALS,
      fix: SAY_AND_EXIT,
      sources: ['https://nodejs.org/api/process.html#exit-codes'],
    },
    life => (firstEvent(life, 'exit')?.code === 0 ? { evidence: ['it exited with code 0'] } : null),
  ),
  refusing(
    {
      id: 'refusal-dies-of-signal',
      title: 'It dies of a signal instead of refusing: an abort, a crash, or a kill in its error handler.',
      clauses: REFUSALS,
      fix: {
        ...SAY_AND_EXIT,
        any: `${SAY_AND_EXIT.any} No abort(), and no panic with \`panic = "abort"\`, for what users can mistype.`,
      },
      sources: ['https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html'],
    },
    life => {
      const signal = firstEvent(life, 'exit')?.signal ?? null
      return signal === null ? null : { evidence: [`${signal} killed it`] }
    },
  ),
  refusing(
    {
      id: 'refusal-silent',
      title:
        'It ends with an error, and does not say why: whoever reads the log cannot know that it is the port.',
      clauses: REFUSALS,
      fix: SAY_AND_EXIT,
      sources: ['https://github.com/debpalash/VoiceStudio/issues/1936'],
    },
    (_life, observed) => ({ evidence: [observed] }),
  ),
]
