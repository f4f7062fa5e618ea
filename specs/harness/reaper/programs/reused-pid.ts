/**
 * To be run alone in a pid namespace: lets the reaper watch a process, ends that process, and goes on until a
 * stranger has its pid. Says `pid of the reaper, pid of the stranger`, and ends.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { startReaper } from '../../../../harness/host/reaper.ts'
import { parentOf, processesNamed } from '../../life/processes.ts'

const SESSION = 'reused-pid-spec'
/** The number of read(2), which is not the same for every processor. */
const READ = process.arch === 'arm64' ? '63' : '0'

const reaper = startReaper(SESSION)
const watched = startSleep()
const { pid } = watched
const firstStart = startOf(pid)
reaper.watch(pid)
const reaperPid = findReaper()
await untilItWaits(reaperPid)
await end(watched)

let stranger = startSleep()
// The next pid that is handed out is the one after this; threads take pids, too, so it can need another try.
for (;;) {
  if (stranger.pid === pid && startOf(pid) !== firstStart) break
  await end(stranger)
  await delay(10)
  writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1))
  stranger = startSleep()
}
console.log(`${reaperPid} ${stranger.pid}`)
// With no word to the reaper, which is all that it ever sees of a harness that is killed.
process.exit()

function startSleep(): ChildProcess & { pid: number } {
  // The leader of its own group and session, as a life is.
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  if (child.pid === undefined) throw new Error('there is no sleep')
  return child as ChildProcess & { pid: number }
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** In clock ticks since the machine was started. */
function startOf(of: number): string {
  return readFileSync(`/proc/${of}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? ''
}

/** Not the forks in which it asks for start times: they bear its name, too. */
function findReaper(): number {
  const found = processesNamed(SESSION).find(named => parentOf(named) === process.pid)
  if (found === undefined) throw new Error('there is no reaper')
  return found
}

/** It has read all that it was told when it waits in read(2) on its stdin for more. */
async function untilItWaits(of: number): Promise<void> {
  while (!readFileSync(`/proc/${of}/syscall`, 'latin1').startsWith(`${READ} 0x0 `)) await delay(5)
}
