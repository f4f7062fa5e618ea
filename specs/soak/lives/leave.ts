/** Left behind on purpose: what a soak is to find, and does. */

import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ReservedPort, reservePort } from '../../../harness/host/ports.ts'

export type Leaving = 'process' | 'descriptor' | 'listener' | 'port' | 'timer' | 'handler' | 'file' | 'memory'

/** Little enough to be overlooked in one life. */
const LEAK_BYTES = 10 * 1024
const LONG_MS = 10 * 60_000

const held: (ChildProcess | Server | ReservedPort | string | readonly number[])[] = []

/** Done once for each round, but for `memory`: so much for each life. */
export const LEAVINGS: Readonly<Record<Leaving, (lives: number) => void | Promise<void>>> = {
  process: () => void held.push(spawn('sleep', ['600'], { stdio: 'ignore' })),
  descriptor: () => void openSync(devNull, 'r'),
  async listener() {
    const server = createServer()
    held.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  },
  port: async () => void held.push(await reservePort()),
  timer: () => void setTimeout(() => {}, LONG_MS),
  handler: () => void process.on('SIGUSR2', () => {}),
  file: async () => void (await mkdtemp(join(tmpdir(), 'left-'))),
  memory: lives => {
    for (let life = 0; life < lives; life++) held.push(new Array<number>(LEAK_BYTES / 8).fill(life))
  },
}

/** What was left could hold up the end of this process, or outlive it. */
export async function takeBack(): Promise<void> {
  for (const each of held.splice(0)) {
    if (typeof each !== 'object') continue
    if ('kill' in each) each.kill('SIGKILL')
    else if ('close' in each) each.close()
    else if ('release' in each) await each.release()
  }
}
