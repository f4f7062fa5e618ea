import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, type TestContext, test } from 'vitest'
import { FAMILY } from './harnesses.ts'

/*
 * A pid namespace of its own is the one place where it can be arranged that a pid is given to a stranger, and
 * that orphans are reaped by nobody, as in a container whose first process is the program itself.
 */

const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc'] as const
const PROGRAMS = join(import.meta.dirname, 'programs')
const isPossible =
  spawnSync('unshare', [...NAMESPACE, 'sh', '-c', 'echo 1 > /proc/sys/kernel/ns_last_pid'], {
    stdio: 'ignore',
  }).status === 0

/** Runs a shell script as the first process of a new namespace, and returns what it says. */
async function runAlone(
  script: string,
  onTestFinished: TestContext['onTestFinished'],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn('unshare', [...NAMESPACE, 'sh', '-c', script], {
    env: { ...process.env, NODE: process.execPath, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return said
}

describe.concurrent('the reaper', () => {
  beforeEach(({ skip }) => skip(!isPossible, 'a pid namespace needs root and unshare'))

  test('spares a stranger that was given the pid of a life which it watched', async ({ onTestFinished }) => {
    const said = await runAlone(
      `pids=$("$NODE" "${PROGRAMS}/reused-pid.ts") || exit
       reaper=\${pids% *} stranger=\${pids#* }
       while [ -d "/proc/$reaper" ]; do sleep 0.02; done
       read -r _ _ state _ < "/proc/$stranger/stat" && echo "the stranger: $state"`,
      onTestFinished,
    )

    expect(said).toBe('the stranger: S\n')
  })

  test('comes to an end where nobody reaps what it killed', async ({ onTestFinished }) => {
    const directory = await mkdtemp(join(tmpdir(), 'unreaped-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const temporary = join(directory, 'tmp')
    mkdirSync(temporary)
    await writeFile(join(directory, 'family'), FAMILY)
    await chmod(join(directory, 'family'), 0o755)

    // The first process is a cat: it takes no notice of children that are given to it.
    const said = await runAlone(
      `mkfifo "$PLACE/said"
      (
        "$NODE" "${PROGRAMS}/victim.ts" "$PLACE/family" > "$PLACE/belongings" & victim=$!
        until [ -s "$PLACE/belongings" ] && [ -e "$TMPDIR"/*/*/home/up ]; do sleep 0.02; done
        kill -KILL $victim; wait $victim 2> /dev/null
        until [ -z "$(ls "$TMPDIR")" ]; do sleep 0.02; done
        while ps -eo args= | grep -q '^/bin/sh -c .*[s]idecar-harness-reaper'; do sleep 0.02; done
        ps -eo stat= | grep -q '^Z' && echo 'only zombies are left'
      ) > "$PLACE/said" &
      exec cat "$PLACE/said"`,
      onTestFinished,
      { TMPDIR: temporary, PLACE: directory },
    )

    expect(said).toBe('only zombies are left\n')
    expect(readdirSync(temporary)).toEqual([])
  })
})
