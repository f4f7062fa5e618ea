import { plainLife } from '../compare/plain-life.ts'
import type { Turner } from '../compare/take-turns.ts'
import { perform } from '../gate/perform.ts'
import { OWN_PLACE } from '../gate/schedule.ts'
import { forgetFile } from '../host/forget-file.ts'
import type { Host } from '../host/host.ts'
import { openSession } from '../life/session.ts'
import { sampleOf } from './sample.ts'

/** One is luck. Each reads the whole file from the disk. */
const COLD_RUNS = 5

/** Starts with nothing of the file in memory. */
export interface ColdStarts {
  /** From launch to the first good answer, of those that became ready. */
  readonly readyMs: readonly number[]
  /** Why there are none; null where there are. */
  readonly reason: string | null
}

export interface ColdOptions {
  readonly host: Host
  readonly signal: AbortSignal | undefined
  /** It ends in time when it is told to. */
  readonly stops: boolean
}

/** Launches it some times, each time after the system was made to forget its file. */
export async function startCold(turner: Turner, { host, signal, stops }: ColdOptions): Promise<ColdStarts> {
  const session = await openSession({ host })
  const interrupt = () => {
    for (const life of session.lives) life.kill('the benchmark was interrupted')
  }
  signal?.addEventListener('abort', interrupt)
  const readyMs: number[] = []
  try {
    for (let run = 1; run <= COLD_RUNS && !signal?.aborted; run++) {
      const reason = await forgetFile(turner.subject.file)
      if (reason !== null) return { readyMs: [], reason }
      const { lives } = await perform(plainLife(run, stops), {
        ...{ session, subject: turner.subject, conditions: turner.conditions },
        ...{ attempt: 1, isFirst: false, keepsRaw: false, witness: undefined, announcedMs: 0 },
        place: OWN_PLACE,
        heeds: () => true,
        stopped: () => signal?.aborted ?? false,
      })
      readyMs.push(...lives.flatMap(({ recording }) => sampleOf(recording)?.readyMs ?? []))
    }
  } finally {
    signal?.removeEventListener('abort', interrupt)
    await session.close()
  }
  return { readyMs, reason: readyMs.length === 0 ? 'it did not become ready' : null }
}
