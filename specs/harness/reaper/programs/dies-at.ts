/**
 * Imported into a harness before its own modules: kills it outright in the middle of what it does, by its own hand and with
 * nothing in between, at the moment that DIES_AT names (`after the spawn of sidecar 3`). Writes each moment into the file
 * MOMENTS, and the pid and the start of whatever is spawned into SPAWNED.
 */

import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { childrenOf, startOf } from '../../life/processes.ts'

const { DIES_AT = '', MOMENTS = '', SPAWNED = '' } = process.env
const kill = process.kill.bind(process)
const counts = new Map<string, number>()

function reach(kind: string): void {
  const count = (counts.get(kind) ?? 0) + 1
  counts.set(kind, count)
  const moment = `${kind} ${count}`
  fs.appendFileSync(MOMENTS, `${moment}\n`)
  if (moment === DIES_AT) kill(process.pid, 'SIGKILL')
}

// https://nodejs.org/api/diagnostics_channel.html#child-process
subscribe('tracing:child_process.spawn:start', message => {
  const { options } = message as { options: SpawnOptions & { file: string } }
  reach(`before the spawn of ${basename(options.file)}`)
})
subscribe('tracing:child_process.spawn:end', message => {
  const { spawnfile } = (message as { process: ChildProcess }).process
  // It is there by now, and has not been given its pid yet.
  for (const pid of childrenOf('self')) fs.appendFileSync(SPAWNED, `${pid} ${startOf(pid)}\n`)
  reach(`after the spawn of ${basename(spawnfile)}`)
})
subscribe('net.client.socket', () => reach('at a connection'))

process.kill = (pid, signal) => {
  if (signal === 0) return kill(pid, signal)
  reach('before a signal')
  const isSent = kill(pid, signal)
  reach('after a signal')
  return isSent
}

for (const name of ['mkdir', 'rm', 'rename'] as const) {
  const work = fs.promises[name] as (...args: unknown[]) => Promise<unknown>
  Object.assign(fs.promises, {
    [name]: async (...args: unknown[]) => {
      reach(`before ${name}`)
      const result = await work(...args)
      reach(`after ${name}`)
      return result
    },
  })
}
syncBuiltinESMExports()
