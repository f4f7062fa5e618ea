import { obstacleInFile } from '../clauses/judge.ts'
import { whyNotReady } from '../clauses/words.ts'
import { type Case, SidecarFileError, SidecarNotReadyError } from './errors.ts'
import { type Circumstances, judgeFile, resultOf, rootCauseOf } from './judging.ts'

/** The error that says why a sidecar never became ready: by the clause that is at the root of it. */
export function notReady(seen: Case, limit: string | null): SidecarNotReadyError {
  const { recording, circumstances } = seen
  const cause = rootCauseOf(recording, circumstances)
  const result = cause === null ? null : resultOf(cause.clause, cause.finding, recording, circumstances)
  return new SidecarNotReadyError(seen, whyNotReady(recording), result, limit)
}

/**
 * Throws SidecarFileError for a file that cannot be this sidecar. Launched all the same, an empty one would exit with 0,
 * and one for another processor as if a shell had read it (libuv hands to a shell what the kernel refuses).
 */
export function judgeObstacle(circumstances: Circumstances): void {
  const obstacle = obstacleInFile(circumstances)
  if (obstacle !== null)
    throw new SidecarFileError(circumstances.contract.name, judgeFile(obstacle, circumstances))
}
