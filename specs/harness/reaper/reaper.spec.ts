import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { MARKER_VARIABLE } from '../../../harness/host/host.ts'
import { NEEDS_SETPRIV, withoutPrivileges } from '../life/privileges.ts'
import { isAlive, parentOf, processesNamed } from '../life/processes.ts'
import { openStage } from '../life/stage.ts'
import { until } from '../life/until.ts'
import { FAMILY, killOutright, test } from './harnesses.ts'

/** What is promised of a harness that is killed outright at any moment. */
const ALL_DEAD_MS = 500
/** With what is beside it (its directory, the reaper itself). */
const ALL_GONE_MS = 1_000
/** A close takes a few milliseconds. A busy machine can take the processor away from one of them, not from each. */
const CLOSE_MS = 50
const CLOSES = 5

describe.concurrent('when the harness is killed outright', () => {
  test('nothing of its lives is alive half a second later, in whatever group or session', async ({
    startVictim,
    annotate,
  }) => {
    const victim = await startVictim({ lives: 3 })
    expect(victim.leaders.filter(isAlive)).toHaveLength(3)
    expect(existsSync(victim.directory)).toBe(true)

    const { deadMs, clearedMs } = await killOutright(victim)

    await annotate(`all dead after ${Math.round(deadMs)} ms, all gone after ${Math.round(clearedMs)} ms`)
    expect(deadMs).toBeLessThan(ALL_DEAD_MS)
    expect(clearedMs).toBeLessThan(ALL_GONE_MS)
  })

  test('the lives of another harness go on', async ({ startVictim }) => {
    const [victim, bystander] = await Promise.all([startVictim(), startVictim()])

    await killOutright(victim)

    expect(bystander.leaders.every(isAlive)).toBe(true)
    expect(bystander.alive().length).toBeGreaterThanOrEqual(6)
    expect(existsSync(bystander.directory)).toBe(true)
    await killOutright(bystander)
  })

  test('the reaper is there, whatever the terminal or a system that shuts down told it before', async ({
    startVictim,
  }) => {
    const victim = await startVictim()
    const { reaper } = victim
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.kill(reaper, signal)

    await killOutright(victim)
  })

  test('a directory that a sidecar closed to its own user is gone, too', async ({ startVictim, skip }) => {
    const through = withoutPrivileges()
    skip(through === undefined, NEEDS_SETPRIV)
    const closing = FAMILY.replace(
      'wait',
      'mkdir -p "$HOME/a/b" && chmod 0 "$HOME/a"; echo closed > "$HOME/up"; wait',
    )
    const victim = await startVictim({ program: closing, through: through ?? [] })
    const said = join(victim.directory, '1/home/up')
    await until(
      () => existsSync(said) && readFileSync(said, 'utf8') === 'closed\n',
      'the directory is closed',
    )

    await killOutright(victim)
  })
})

describe('when a session is closed', () => {
  test('no reaper is left, and nobody had to wait for it', async () => {
    const times: number[] = []
    for (let count = 0; count < CLOSES; count++) {
      const stage = await openStage()
      try {
        const life = await stage.launch(await stage.shell('exit 0'))
        await life.end()
        const mark = `${MARKER_VARIABLE}=${stage.session.id}`
        // A shell that asks for a start time forks, and its fork has its name.
        expect(processesNamed(mark).filter(pid => parentOf(pid) === process.pid)).toHaveLength(1)

        const startedAt = performance.now()
        await stage.session.close()
        times.push(performance.now() - startedAt)

        expect(processesNamed(mark)).toEqual([])
      } finally {
        await stage.close()
      }
    }
    expect(Math.min(...times)).toBeLessThan(CLOSE_MS)
  })
})
