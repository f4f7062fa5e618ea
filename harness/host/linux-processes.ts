import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { codeOf } from '../text/error-code.ts'
import { shortenCommandLine } from './command-line.ts'
import type { ProcessRow } from './family.ts'
import { HostLookupError, MARKER_VARIABLE, type ProcessInfo } from './host.ts'

/** A living process as `/proc/PID/stat` tells it. */
export interface LinuxProcess extends ProcessRow {
  readonly sessionId: number
  /** Whether its session has a terminal. */
  readonly hasTerminal: boolean
  /** The main thread's name: any program may change it (that of Node 24 is `MainThread`). */
  readonly threadName: string
  /** User and system time in clock ticks, of all its threads, also of those that have ended. */
  readonly cpuTicks: number
  /** The same of the children that it has waited for, and of theirs. */
  readonly childrenCpuTicks: number
}

/** Passes over `/proc` in one look. Each further one reads only new pids, and two nearly always do. */
const MAX_PASSES = 5

/** A stat line has some 350 bytes; of a command line only the beginning is shown. */
const buffer: Buffer = Buffer.alloc(4_096)

/** When a process started, and by what it is known again: a pid alone may have been given to another. */
interface Birth {
  readonly inode: number
  readonly startedAt: string
}

/**
 * Of the processes at the last look, by pid. The kernel makes an inode for the directory of a process when it is first
 * asked for, and drops it with the process at the latest: the same inode is the same process. To ask for it takes 2 µs,
 * to read a stat line 15 µs, most of it in the kernel; and of a machine's processes most are older than any sidecar.
 */
let births: ReadonlyMap<string, Birth> = new Map()

/**
 * All living processes, or those that started no earlier than a start time. `/proc` is not a snapshot: a parent that forks
 * and exits while it is being read may leave a child that no listing has shown yet. Hence it is listed again until a
 * listing brings nothing new.
 */
export function readProcesses(since?: string): LinuxProcess[] {
  const processes: LinuxProcess[] = []
  const seen = new Map<string, Birth>()
  const read = new Set<string>()
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const unseen = listPids().filter(pid => !read.has(pid))
    if (unseen.length === 0) break
    for (const pid of unseen) {
      read.add(pid)
      // Asked for first: who gets the pid between the two is too young to be left out for what is remembered here.
      const inode = inodeOf(pid)
      if (inode === undefined) continue
      const birth = births.get(pid)
      if (since !== undefined && birth?.inode === inode && isBefore(birth.startedAt, since)) {
        seen.set(pid, birth)
        continue
      }
      const row = readProcess(pid)
      if (row === undefined) continue
      seen.set(pid, { inode, startedAt: row.startedAt })
      if (since === undefined || !isBefore(row.startedAt, since)) processes.push(row)
    }
  }
  births = seen
  return processes
}

function inodeOf(pid: string): number | undefined {
  try {
    return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.ino
  } catch (error) {
    if (hasVanished(error) || isForbidden(error)) return undefined
    throw new HostLookupError('/proc', `/proc/${pid} cannot be looked at`, { cause: error })
  }
}

/** One process, or undefined when it is no longer alive. */
export function readProcess(pid: number | string): LinuxProcess | undefined {
  const line = readStart(`/proc/${pid}/stat`)
  return line === undefined ? undefined : parseStat(line)
}

/** Reads a `/proc/PID/stat` line; undefined for what is no longer alive. */
export function parseStat(line: string): LinuxProcess | undefined {
  // The name in parentheses may hold spaces, parentheses and line feeds: fields are counted from the last one.
  const nameEnd = line.lastIndexOf(')')
  const fields = line.slice(nameEnd + 2).split(' ', 20)
  const [state = '', parentPid, groupId, sessionId, terminal] = fields
  // proc_pid_stat(5) counts from 1 and includes pid and name, which are cut off here: its field n is n - 3.
  const ticks = fields.slice(11, 15).map(Number)
  const [userTicks = 0, systemTicks = 0, childrenUserTicks = 0, childrenSystemTicks = 0] = ticks
  const threads = Number(fields[17])
  const startedAt = fields[19]
  if (nameEnd < 0 || startedAt === undefined) {
    throw new HostLookupError('/proc', `/proc/PID/stat has a line that cannot be read: ${line.slice(0, 200)}`)
  }
  // A main thread that has ended is shown as a zombie for as long as other threads of the process run.
  if (/[ZXx]/.test(state) && !(threads > 1)) return undefined

  const nameStart = line.indexOf('(')
  return {
    pid: Number(line.slice(0, nameStart)),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    hasTerminal: Number(terminal) !== 0,
    startedAt,
    threadName: line.slice(nameStart + 1, nameEnd),
    cpuTicks: userTicks + systemTicks,
    childrenCpuTicks: childrenUserTicks + childrenSystemTicks,
  }
}

/** Start times are clock ticks since boot, which no change of the wall clock moves. */
export function isBefore(startedAt: string, since: string): boolean {
  return Number(startedAt) < Number(since)
}

/** The value of MARKER_VARIABLE in the environment that a process was started with. */
export function readMarker({ pid }: ProcessRow): string | undefined {
  let environment: Buffer
  try {
    environment = readFileSync(`/proc/${pid}/environ`)
  } catch (error) {
    // Another user's, or one that forbids being inspected: no marker of ours is to be seen there.
    if (hasVanished(error) || isForbidden(error)) return undefined
    throw new HostLookupError('/proc', `the environment of process ${pid} cannot be read`, { cause: error })
  }
  return findMarker(environment)
}

/**
 * Whether a process works in a directory, or below it, on no terminal: what a sidecar has started in a session and with an
 * environment of its own works where the sidecar does, unless it has gone elsewhere.
 */
export function worksIn({ pid, hasTerminal }: LinuxProcess, directory: string): boolean {
  if (hasTerminal) return false
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${directory}/`)
  } catch (error) {
    // Any program of the machine may work deeper than a path can tell: where that is says nothing then.
    if (hasVanished(error) || isForbidden(error) || codeOf(error) === 'ENAMETOOLONG') return false
    throw new HostLookupError('/proc', `where process ${pid} works cannot be read`, { cause: error })
  }
}

/** Searches the bytes of an environment block: `NAME=value`, each ended by a NUL. */
export function findMarker(environment: Buffer): string | undefined {
  const name = `${MARKER_VARIABLE}=`
  let start = environment.indexOf(name)
  while (start > 0 && environment[start - 1] !== 0) start = environment.indexOf(name, start + 1)
  if (start < 0) return undefined
  const end = environment.indexOf(0, start)
  return environment.toString('utf8', start + name.length, end < 0 ? undefined : end)
}

/** The process with its command line; undefined when it vanished in the meantime. */
export function describeProcess(row: LinuxProcess): ProcessInfo | undefined {
  const { pid, parentPid, groupId, startedAt } = row
  const commandLine = readStart(`/proc/${pid}/cmdline`)
  if (commandLine === undefined) return undefined
  return { pid, parentPid, groupId, startedAt, command: shortenCommandLine(commandLine || row.threadName) }
}

function listPids(): string[] {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name))
  } catch (error) {
    throw new HostLookupError('/proc', '/proc cannot be listed: is procfs mounted?', { cause: error })
  }
}

/** The directories of a process's threads; none when it vanished, or is not ours to look at. */
export function listThreads(pid: number): string[] {
  const directory = `/proc/${pid}/task`
  try {
    return readdirSync(directory).map(thread => `${directory}/${thread}`)
  } catch (error) {
    if (hasVanished(error) || isForbidden(error)) return []
    throw new HostLookupError('/proc', `${directory} cannot be read`, { cause: error })
  }
}

/**
 * The first 4 KiB of a file of procfs; undefined when its process vanished, or is not ours to look at.
 * Synchronous on purpose: such a file is answered in microseconds, the thread pool takes longer to ask.
 */
export function readStart(path: string): string | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    return buffer.toString('utf8', 0, readSync(descriptor, buffer))
  } catch (error) {
    // Forbidden is another user's process on a procfs that is mounted with hidepid: none that we launched.
    if (hasVanished(error) || isForbidden(error)) return undefined
    throw new HostLookupError('/proc', `${path} cannot be read`, { cause: error })
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** ENOENT when the process ended before its file was opened, ESRCH when it ended before that was read. */
export function hasVanished(error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')
}

export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error) ?? '')
}
