import { readContainerLimit } from './container-limit.ts'
import { countOwnThreads, readLimit } from './limits.ts'
import { ShortageError } from './shortage.ts'

/**
 * A gate on two cores has up to 71 descriptors open, and a sidecar, which inherits the limit, up to 54 (measured: Node).
 * Below this it is chance who runs out of them first, and a sidecar that does looks like one at fault.
 */
const LEAST_DESCRIPTORS = 128

/**
 * Node sidecars, some ten threads each, five at once beside two others: with 40 left they hang while they start, and
 * say nothing; with 64 they do not (measured on two cores). A core adds a life, and two threads to each of them.
 */
const LEAST_PROCESSES = 128

/** Nobody who has set no limit on purpose is near to it, and to count takes a look at every process. */
const AMPLE_PROCESSES = 8_192

/** Throws ShortageError where this process is limited to less than a gate needs: a sidecar would be blamed for it. */
export function requireRoom(): void {
  const descriptors = readLimit('Max open files')
  if (descriptors !== null && descriptors < LEAST_DESCRIPTORS) {
    throw new ShortageError(
      `No more than ${descriptors} files may be open at once here (ulimit -n). The harness and a sidecar need ${LEAST_DESCRIPTORS} each at the least: raise the limit to 1024 or more.`,
    )
  }
  const container = readContainerLimit()
  if (container !== null && container.most - container.taken < LEAST_PROCESSES) {
    throw new ShortageError(
      `This container may have no more than ${container.most} processes and threads (pids.max of its cgroup), and has ${container.taken}. A gate needs ${LEAST_PROCESSES} more at the least: raise the limit, as by docker run --pids-limit.`,
    )
  }
  const processes = readLimit('Max processes')
  // The kernel holds root to no such limit.
  if (processes === null || processes >= AMPLE_PROCESSES || process.getuid?.() === 0) return
  const taken = countOwnThreads()
  if (processes - taken >= LEAST_PROCESSES) return
  throw new ShortageError(
    `This user may have no more than ${processes} processes and threads (ulimit -u), and has ${taken}. A gate needs ${LEAST_PROCESSES} more at the least: raise the limit, or end some of them.`,
  )
}
