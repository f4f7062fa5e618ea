import { streamOf } from '../../clauses/announced.ts'
import { linesOf } from '../../recording/query.ts'
import type { Line, StreamName } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/** The stream that it announces on by its contract, and the other one. */
export function streamsOf({ evidence: { contract } }: Scene): readonly [StreamName, StreamName] {
  return streamOf(contract) === 'stderr' ? ['stderr', 'stdout'] : ['stdout', 'stderr']
}

const bothStreams: KnownFailure = {
  id: 'announced-on-both-streams',
  title: 'The announcement is written on both streams: a log repeats it.',
  clauses: ['announce/on-stdout'],
  sources: ['https://github.com/NousResearch/hermes-agent/issues/96315'],
  fix: {
    any: 'Write that line once, by itself, and log something else beside it: "listening on port 41234".',
  },
  recognise(scene) {
    const { life } = scene
    const [own, other] = streamsOf(scene)
    if (life === null || linesOf(life, 'announcement', own).length === 0) return null
    return {
      evidence: [
        quoteOn(linesOf(life, 'announcement', own)[0], own),
        quoteOn(linesOf(life, 'announcement', other)[0], other),
      ],
    }
  },
}

function quoteOn(line: Line | undefined, stream: StreamName): string {
  return `"${printable(line?.text ?? '')}" on ${stream}`
}

const otherStream: KnownFailure = {
  id: 'announced-on-the-other-stream',
  title: 'The announcement is written to another stream than the one that its app reads.',
  clauses: ['announce/on-stdout'],
  sources: [
    'https://github.com/NousResearch/hermes-agent/issues/96344',
    'https://docs.python.org/3/library/logging.html#logging.basicConfig',
  ],
  fix: {
    any: "Write that one line to stdout, and everything else to stderr. Go: `fmt.Printf`, not `log.Printf` or `println`. Rust: `println!`, not `eprintln!`. Or let the contract say `announce: { …, on: 'stderr' }`.",
    node: 'console.log writes to stdout; console.error, console.warn and most loggers write to stderr.',
    python:
      'logging writes to stderr: print() the announcement, with flush=True. Where something has redirected sys.stdout, write to sys.__stdout__.',
  },
  recognise(scene) {
    const [own, other] = streamsOf(scene)
    return {
      cause: `The announcement is written to ${other}, and its app reads ${own}.`,
      evidence:
        scene.life === null
          ? []
          : linesOf(scene.life, 'announcement', other)
              .slice(0, 1)
              .map(line => quoteOn(line, other)),
    }
  },
}

export const announceStreamFailures: readonly KnownFailure[] = [bothStreams, otherStream]
