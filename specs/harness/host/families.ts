/** Real processes for these specs: started in a group of their own, and ended whatever happens. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished } from 'vitest'
import { type LifeIdentity, MARKER_VARIABLE } from '../../../harness/host/host.ts'
import type { Relative } from './programs/relative.ts'

export interface Family {
  readonly life: LifeIdentity
  /** The pid of a relative that has said its name. */
  pidOf(name: string): number
  /** The port on which a relative said that it listens. */
  portOf(name: string, address: string): number
}

/** A family of Node processes takes a quarter of a second; a machine with other work to do, many times that. */
export const PATIENCE_MS = 15_000

const RELATIVE = join(import.meta.dirname, 'programs/relative.ts')

/** Starts a family, and comes back when each of its members has said its name. */
export function startFamily(root: Relative): Promise<Family> {
  return startProgram(process.execPath, [RELATIVE, JSON.stringify(root)], namesIn(root))
}

/** Starts a program as the leader of a life, and comes back when it has printed `NAME PID` for each name. */
export async function startProgram(
  command: string,
  args: readonly string[],
  names: readonly string[],
): Promise<Family> {
  // Begun with the test run's own, so that its reaper finds what an interrupted spec leaves.
  const marker = `${process.env[MARKER_VARIABLE] ?? 'spec'}.${randomUUID()}`
  const leader = spawn(command, args, {
    detached: true,
    env: { ...process.env, [MARKER_VARIABLE]: marker },
    // The last is a lifeline. It cannot be stdin, which Node closes when the leader ends.
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  const pids = new Map<string, number>()
  const ports = new Map<string, number>()
  onTestFinished(() => {
    endGroup(leader)
    for (const pid of pids.values()) end(pid)
    leader.stdio[3]?.destroy()
  })

  const ready = Promise.withResolvers<void>()
  leader.on('error', ready.reject)
  leader.on('exit', (code, signal) => ready.reject(new Error(`${command} ended (${code ?? signal})`)))
  setTimeout(() => ready.reject(new Error(`not all of ${names} in ${[...pids.keys()]}`)), PATIENCE_MS).unref()
  createInterface(need(leader.stdout ?? undefined, command)).on('line', line => {
    const [name = '', ...words] = line.split(' ')
    if (words[0] === 'listens') ports.set(`${name} ${words[1]}`, Number(words[2]))
    else pids.set(name, Number(words[0]))
    if (names.every(expected => pids.has(expected))) ready.resolve()
  })
  await ready.promise

  return {
    life: { pid: need(leader.pid, 'the leader'), marker },
    pidOf: name => need(pids.get(name), name),
    portOf: (name, address) => need(ports.get(`${name} ${address}`), `${name} on ${address}`),
  }
}

/** leader, child, and below it the given relative. */
export function lineage(grandchild: Relative): Relative {
  return { name: 'leader', children: [{ name: 'child', children: [grandchild] }] }
}

/** Ends the child, so that what it started has lost its parent. */
export async function orphan(family: Family): Promise<void> {
  process.kill(family.pidOf('child'), 'SIGKILL')
  await untilEnded(family.pidOf('child'))
}

/** The pids of these relatives, sorted. */
export function pidsOf(family: Family, ...names: string[]): number[] {
  return names.map(name => family.pidOf(name)).sort((a, b) => a - b)
}

/** Whether a process lives, asked in another way than the hosts ask. A zombie does not. */
export function isAlive(pid: number): boolean {
  return process.platform === 'linux' ? hasLivingThread(pid) : /^[^Z]/.test(askPs(pid))
}

/** Waits until a process has ended. */
export async function untilEnded(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: PATIENCE_MS, interval: 5 }).toBe(false)
}

/** Waits until a child of ours has ended and its pid is free again. */
export async function untilReaped(pid: number): Promise<void> {
  await expect.poll(() => isInTable(pid), { timeout: PATIENCE_MS, interval: 5 }).toBe(false)
}

/** Whether a process is still in the kernel's table, be it as a zombie. */
export function isInTable(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // ESRCH is the answer that is asked for here.
    return false
  }
}

function namesIn({ name, children = [] }: Relative): string[] {
  return [name, ...children.flatMap(namesIn)]
}

/** Ends a group of processes, if there is still one. */
export function endGroup(leader: ChildProcess): void {
  if (leader.pid !== undefined) end(-leader.pid)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: ended already, which is what is wanted.
  }
}

/** A killed process with threads shows its main thread as a zombie while the others are still ending. */
function hasLivingThread(pid: number): boolean {
  const [, state = 'X', threads] = /\) (\S)(?: -?\d+){16} (\d+)/.exec(readStat(pid)) ?? []
  return !/[ZX]/.test(state) || Number(threads) > 1
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // No such file: no such process.
    return ''
  }
}

function askPs(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
}

function need<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`${what} did not say so`)
  return value
}
