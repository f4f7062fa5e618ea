import { eventsOf } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { size } from '../../text/size.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { type Breakdown, breakdownOf } from '../seen.ts'

/* A parent that does not read its pipes. */

const UNDRAINED = ['logs/undrained-stderr'] as const

const dropsOut: KnownFailure = {
  id: 'dies-of-full-pipe',
  title: 'It ends when nobody reads its log: a write to a full pipe fails (EAGAIN), and nobody catches that.',
  clauses: UNDRAINED,
  sources: ['https://nodejs.org/api/process.html#a-note-on-process-io'],
  fix: {
    any: 'A line that the pipe does not take is dropped or kept, and no reason to end.',
    node: 'process.stderr.write() queues what the pipe does not take; fs.writeSync(2, …) throws EAGAIN: catch it, and drop the line.',
    python:
      'A descriptor that is non-blocking (asyncio makes stderr one) raises BlockingIOError: log through a queue.',
  },
  recognise(scene) {
    const broken = pausedIn(scene.life) === null ? null : brokenIn(scene)
    return broken?.kind === 'ended' ? { evidence: broken.evidence } : null
  },
}

const blocks: KnownFailure = {
  id: 'blocks-on-full-pipe',
  title:
    'It waits for its log to be read: once the pipe is full, the one that writes stands still, in the middle of a request.',
  clauses: UNDRAINED,
  sources: [
    'https://github.com/JJtmc1234/carl/issues/7',
    'https://github.com/alexhawat/mergeCraft/issues/449',
  ],
  fix: {
    any: 'The parent has to read both pipes to their end. In the sidecar: log less (no line for each request), and write from a thread of its own, fed by a bounded queue that drops what does not fit. Go: a buffered channel with a default that drops; Rust: tracing_appender::non_blocking.',
    node: 'No fs.writeSync(2, …) in a loop, and no pino.destination({ sync: true }): process.stderr.write() queues in memory.',
    python: 'QueueHandler and QueueListener of logging.handlers, with a bounded queue.',
    jvm: 'AsyncAppender of Logback with neverBlock, before the ConsoleAppender.',
  },
  recognise(scene) {
    const paused = pausedIn(scene.life)
    if (scene.life === null || paused === null) return null
    const waiting = scene.life.stderr.bytes - paused.receivedBytes
    return {
      evidence: [
        ...(brokenIn(scene)?.evidence ?? []),
        `${size(waiting)} of its log came when it was read again`,
      ],
    }
  },
}

function pausedIn(life: LifeRecording | null): EventOf<'stream-reading'> | null {
  return life === null
    ? null
    : (eventsOf(life, 'stream-reading').find(({ what }) => what === 'paused') ?? null)
}

function brokenIn({ life, evidence }: Scene): Breakdown | null {
  return life === null ? null : breakdownOf(life, evidence.contract.health.status)
}

/** From the particular to the general. */
export const logsUndrainedFailures: readonly KnownFailure[] = [dropsOut, blocks]
