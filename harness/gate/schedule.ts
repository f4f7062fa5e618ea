/** One thing to run, as wide as it is: a fleet of three takes three places, or all there are. */
export interface Task {
  readonly width: number
  run(): Promise<void>
}

/**
 * Runs tasks side by side in at most `places` places, widest first, so that a fleet does not come last and
 * alone. Starts nothing more once `stopped` says so. Rejects with the first error, when all are done.
 */
export async function runSideBySide(
  tasks: readonly Task[],
  places: number,
  stopped: () => boolean,
): Promise<void> {
  const waiting = [...tasks].sort((a, b) => b.width - a.width)
  const running = new Set<Promise<void>>()
  const errors: unknown[] = []
  let free = places
  while (waiting.length > 0 && errors.length === 0 && !stopped()) {
    const next = waiting.findIndex(({ width }) => Math.min(width, places) <= free)
    if (next === -1) {
      await Promise.race(running)
      continue
    }
    const [task] = waiting.splice(next, 1)
    if (task === undefined) break
    const width = Math.min(task.width, places)
    free -= width
    const done = task
      .run()
      .catch(error => {
        errors.push(error)
      })
      .finally(() => {
        free += width
        running.delete(done)
      })
    running.add(done)
  }
  await Promise.all(running)
  if (errors.length > 0) throw errors[0]
}
