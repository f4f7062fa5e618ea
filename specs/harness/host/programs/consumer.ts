/** A process that uses what it is told to use, prints as JSON what it knows of that itself, and stays. */

import { spawnSync } from 'node:child_process'
import { openSync, readdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

export interface Consumption {
  /** Processor time of the main thread. */
  readonly ownMs?: number
  /** Of a thread that has ended when it prints. */
  readonly threadMs?: number
  /** Of a child that it has waited for when it prints. */
  readonly childMs?: number
  readonly bytes?: number
  readonly descriptors?: number
}

/** What it says of itself. */
export interface Account {
  readonly pid: number
  readonly cpuMs: number
  /** Null where it cannot tell. */
  readonly descriptors: number | null
}

const BURN = `
  const start = process.cpuUsage()
  const usedMs = () => { const { user, system } = process.cpuUsage(start); return (user + system) / 1000 }
  while (usedMs() < Number(process.env.BURN_MS));`

const {
  ownMs = 0,
  threadMs = 0,
  childMs = 0,
  bytes = 0,
  descriptors = 0,
}: Consumption = JSON.parse(process.argv[2] ?? '')

if (childMs > 0) spawnSync(process.execPath, ['-e', BURN], { env: { BURN_MS: String(childMs) } })
if (threadMs > 0) {
  const thread = new Worker(BURN, { eval: true, env: { BURN_MS: String(threadMs) } })
  await new Promise(resolve => thread.once('exit', resolve))
}
for (let index = 0; index < descriptors; index++) openSync(import.meta.filename, 'r')
const memory = Buffer.alloc(bytes, 1)
while (cpuMs() < ownMs);

// A pipe's end, which is the spec's, keeps it: it does not outlive that.
process.stdin.resume().on('end', () => process.exit(memory.length > 0 ? 0 : 1))
process.stdout.write(`${JSON.stringify({ pid: process.pid, cpuMs: cpuMs(), descriptors: countOwn() })}\n`)

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function countOwn(): number | null {
  // One is open while they are listed.
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length - 1 : null
}
