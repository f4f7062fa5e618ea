import { readdirSync, readFileSync, statSync } from 'node:fs'
import { endianness } from 'node:os'
import { HostLookupError, type Usage } from './host.ts'
import {
  hasVanished,
  isForbidden,
  type LinuxProcess,
  listThreads,
  readProcess,
  readStart,
} from './linux-processes.ts'

/** Memory of a process, in RAM. */
export interface Memory {
  /** What it has written. Pages that it still has in common with a relative are divided among them. */
  readonly ownBytes: number
  /** Files that are mapped, above all the program itself, and shared memory. */
  readonly sharedBytes: number
}

interface Footprint extends Memory {
  readonly pid: number
  readonly cpuMs: number
  readonly sleeps: number
  readonly descriptors: number | null
  /** Tells which processes run the same file. */
  readonly program: string
}

/** AT_CLKTCK in the kernel's uapi/linux/auxvec.h: what `sysconf(_SC_CLK_TCK)` answers with. */
const CLOCK_TICKS_PER_SECOND = 17n

/** The machines with words of 4 bytes that Node is built for. */
const NARROW_ARCHITECTURES = ['arm', 'ia32', 'mips', 'mipsel', 'ppc']

const NS_PER_MS = 1_000_000

let msPerTick: number | undefined

/** What `/proc` tells of the given processes. */
export function readUsage(pids: readonly number[]): Usage[] {
  const footprints = pids.map(readFootprint).filter(footprint => footprint !== undefined)
  return [...Map.groupBy(footprints, ({ program }) => program).values()].flatMap(countSharedOnce)
}

/** The mapped pages of processes that run the same program are the same pages. */
function countSharedOnce(neighbours: readonly Footprint[]): Usage[] {
  const [largest] = neighbours.toSorted((a, b) => b.sharedBytes - a.sharedBytes)
  return neighbours.map(neighbour => ({
    pid: neighbour.pid,
    cpuMs: neighbour.cpuMs,
    sleeps: neighbour.sleeps,
    residentBytes: neighbour.ownBytes + (neighbour === largest ? neighbour.sharedBytes : 0),
    descriptors: neighbour.descriptors,
  }))
}

function readFootprint(pid: number): Footprint | undefined {
  msPerTick ??= 1_000 / readTicksPerSecond()
  const row = readProcess(pid)
  const memory = readMemory(pid)
  const descriptors = countDescriptors(pid)
  if (row === undefined || memory === undefined || descriptors === undefined) return undefined
  return { pid, ...readTimes(row, msPerTick), ...memory, descriptors, program: identifyProgram(pid) }
}

/**
 * Both sources say too little: `stat` cuts user and system time off to 10 ms each, the scheduler's nanoseconds
 * are those of the living threads alone (and zero in a kernel without CONFIG_SCHED_INFO). So the larger is right.
 */
function readTimes(
  { pid, cpuTicks, childrenCpuTicks }: LinuxProcess,
  tickMs: number,
): Pick<Footprint, 'cpuMs' | 'sleeps'> {
  const threads = listThreads(pid).map(thread => ({
    thread,
    nanoseconds: Number.parseInt(readStart(`${thread}/schedstat`) ?? '0', 10),
  }))
  const total = threads.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0)
  const [busiest] = threads.toSorted((a, b) => b.nanoseconds - a.nanoseconds)
  return {
    cpuMs: Math.max(cpuTicks * tickMs, total / NS_PER_MS) + childrenCpuTicks * tickMs,
    sleeps: busiest === undefined ? 0 : countSleeps(busiest.thread),
  }
}

function countSleeps(thread: string): number {
  const status = readStart(`${thread}/status`) ?? ''
  return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1] ?? 0)
}

function readMemory(pid: number): Memory | undefined {
  // smaps_rollup is missing in gVisor, and closed for a process that may not be inspected; status is open to all.
  return (
    parseMemory(readStart(`/proc/${pid}/smaps_rollup`) ?? '') ??
    parseMemory(readStart(`/proc/${pid}/status`) ?? '')
  )
}

/**
 * Reads `smaps_rollup`, or `status`, which only tells all in one. Not the proportional share of everything (Pss):
 * that of the program's own pages halves when a second instance starts, of whichever life, and doubles when it ends.
 */
export function parseMemory(text: string): Memory | undefined {
  const residentBytes = findBytes(text, 'Rss') ?? findBytes(text, 'VmRSS')
  if (residentBytes === undefined) return undefined
  const anonymousBytes = findBytes(text, 'Anonymous')
  // Since Linux 5.3.
  const ownBytes = findBytes(text, 'Pss_Anon')
  if (anonymousBytes === undefined || ownBytes === undefined) {
    return { ownBytes: residentBytes, sharedBytes: 0 }
  }
  return { ownBytes, sharedBytes: residentBytes - anonymousBytes }
}

function findBytes(text: string, name: string): number | undefined {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024
}

/** Undefined when the process vanished, null when it is not ours to look at. */
function countDescriptors(pid: number): number | null | undefined {
  try {
    return list(`/proc/${pid}/fd`)?.length
  } catch (error) {
    if (isForbidden(error)) return null
    throw error
  }
}

function list(directory: string): string[] | undefined {
  try {
    return readdirSync(directory).map(name => `${directory}/${name}`)
  } catch (error) {
    if (hasVanished(error)) return undefined
    if (isForbidden(error)) throw error
    throw new HostLookupError('/proc', `${directory} cannot be read`, { cause: error })
  }
}

function identifyProgram(pid: number): string {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/exe`)
    return `${dev}:${ino}`
  } catch (error) {
    if (hasVanished(error) || isForbidden(error)) return `of process ${pid}`
    throw new HostLookupError('/proc', `/proc/${pid}/exe cannot be read`, { cause: error })
  }
}

function readTicksPerSecond(): number {
  const path = '/proc/self/auxv'
  let vector: Buffer
  try {
    vector = readFileSync(path)
  } catch (error) {
    throw new HostLookupError('/proc', `${path} cannot be read: is procfs mounted?`, { cause: error })
  }
  const ticks = findClockTicks(vector, NARROW_ARCHITECTURES.includes(process.arch) ? 4 : 8, endianness())
  if (ticks === undefined)
    throw new HostLookupError('/proc', `${path} does not tell how long a clock tick is`)
  return ticks
}

/** Searches an auxiliary vector (getauxval(3)): pairs of words, in the machine's own byte order. */
export function findClockTicks(vector: Buffer, wordBytes: 4 | 8, byteOrder: 'LE' | 'BE'): number | undefined {
  const wordAt = (offset: number): bigint =>
    wordBytes === 8
      ? vector[`readBigUInt64${byteOrder}`](offset)
      : BigInt(vector[`readUInt32${byteOrder}`](offset))
  for (let offset = 0; offset + 2 * wordBytes <= vector.length; offset += 2 * wordBytes) {
    if (wordAt(offset) === CLOCK_TICKS_PER_SECOND) return Number(wordAt(offset + wordBytes))
  }
  return undefined
}
