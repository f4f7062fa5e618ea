/** Harness processes that are going to be killed, and what is theirs. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { test as base, type TestAPI } from 'vitest'
import { MARKER_VARIABLE } from '../../../harness/host/host.ts'
import { endProcess, isAlive, parentOf, processesNamed, processesWith } from '../life/processes.ts'
import { PATIENCE_MS, until } from '../life/until.ts'
import type { Belongings } from './programs/victim.ts'

export interface Victim extends Belongings {
  readonly child: ChildProcess
  /** Where its temporary directories are, and nobody else's. */
  readonly temporary: string
  /** What lives of it: leaders, descendants, reaper. The harness itself is not among them. */
  alive(): number[]
  readonly reaper: number
}

const VICTIM = join(import.meta.dirname, 'programs/victim.ts')

/**
 * A leader with a child in its group, one in a session of its own that ignores what can be ignored, and one in a session of
 * its own that has nothing in its environment by which it could be known.
 */
export const FAMILY = `#!/bin/sh
sleep 600 &
setsid sh -c 'trap "" TERM INT HUP; while :; do sleep 1; done' &
setsid env -i /bin/sh -c 'echo $$ > "$0"; while :; do sleep 1; done' "$HOME/nameless" &
until [ -s "$HOME/nameless" ]; do sleep 0.01; done
echo up > "$HOME/up"
wait
`

/** Starts a harness process with so many lives of a program, and comes back when all of them are there. */
export type StartVictim = (options?: VictimOptions) => Promise<Victim>

export interface VictimOptions {
  readonly program?: string
  readonly lives?: number
  /** A command line to put before that of the harness. */
  readonly through?: readonly string[]
}

/** A test that may start victims. What is left of them when it is over is ended. */
export const test: TestAPI<{ startVictim: StartVictim }> = base.extend<{ startVictim: StartVictim }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async startVictim({}, use) {
    const victims = await makeVictims()
    try {
      await use(victims.start)
    } finally {
      await victims.end()
    }
  },
})

/** Victims for whoever needs them longer than for one test. */
export async function makeVictims(): Promise<{ start: StartVictim; end(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'victims-'))
  const children: ChildProcess[] = []
  return {
    start({ program = FAMILY, lives = 1, through = [] } = {}) {
      const place = join(directory, String(children.length))
      const temporary = join(place, 'tmp')
      mkdirSync(temporary, { recursive: true })
      const file = join(place, 'program')
      writeFileSync(file, program)
      chmodSync(file, 0o755)
      const [command = '', ...args] = [...through, process.execPath, VICTIM, file, String(lives)]
      const child = spawn(command, args, {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      return untilThere(child, temporary, lives)
    },
    async end() {
      for (const child of children) child.kill('SIGKILL')
      for (const pid of [...processesWith(directory), ...processesNamed(directory)]) endProcess(pid)
      await rm(directory, { recursive: true, maxRetries: 5 })
    },
  }
}

async function untilThere(
  child: ChildProcess & { stdout: Readable },
  temporary: string,
  lives: number,
): Promise<Victim> {
  const deadline = AbortSignal.timeout(PATIENCE_MS)
  const [line] = await once(createInterface(child.stdout), 'line', { signal: deadline })
  const belongings: Belongings = JSON.parse(line)
  const mark = `${MARKER_VARIABLE}=${belongings.session}`
  const victim: Victim = {
    ...belongings,
    child,
    temporary,
    // The nameless one is told by the path that it was given.
    alive: () => [...new Set([...processesWith(mark), ...processesNamed(belongings.session)])],
    get reaper() {
      return processesNamed(mark).find(pid => parentOf(pid) === child.pid) ?? 0
    },
  }
  // Leader, child, runaway and what that waits for, and the nameless one, of each life; and the reaper.
  await until(() => victim.alive().length >= 5 * lives + 1, 'the families are complete')
  return victim
}

export interface Clearance {
  /** Since it was killed: when nothing of its lives lived any more, and when nothing at all was left. */
  readonly deadMs: number
  readonly clearedMs: number
}

/** Kills a harness outright, and looks as often as it can until nothing of it is left. */
export async function killOutright(victim: Victim): Promise<Clearance> {
  const { reaper } = victim
  const since = performance.now()
  victim.child.kill('SIGKILL')
  let deadMs: number | null = null
  while (performance.now() < since + PATIENCE_MS) {
    const isDead = victim.alive().every(pid => pid === reaper || parentOf(pid) === reaper)
    deadMs = isDead ? (deadMs ?? performance.now() - since) : null
    if (isDead && readdirSync(victim.temporary).length === 0 && !isAlive(reaper)) {
      return { deadMs: deadMs ?? 0, clearedMs: performance.now() - since }
    }
    await delay(5)
  }
  const left = { alive: victim.alive(), files: readdirSync(victim.temporary), reaper: isAlive(reaper) }
  throw new Error(`after ${PATIENCE_MS} ms there still was ${JSON.stringify(left)}`)
}
