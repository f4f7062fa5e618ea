import { readdirSync, readFileSync, statSync } from 'node:fs'

/** Limits of a process that everything launched by it inherits, as `/proc/self/limits` names them. */
export type LimitName = 'Max open files' | 'Max processes'

/** Kept from the first time: once no descriptor is left, nobody can read which limit it was. */
let table = ''

/** How much of something this process may have; null where there is no limit, or the platform does not tell. */
export function readLimit(name: LimitName): number | null {
  table ||= readOrNothing('/proc/self/limits')
  const line = table.split('\n').find(row => row.startsWith(name))
  const soft = Number(line?.slice(name.length).trim().split(/\s+/)[0])
  return Number.isInteger(soft) ? soft : null
}

/** How many processes and threads this user has: they count together. Only worth asking where the limit is near. */
export function countOwnThreads(): number {
  const uid = process.getuid?.()
  const own = readdirSync('/proc').filter(name => /^\d+$/.test(name) && ownerOf(name) === uid)
  return own.reduce((sum, pid) => sum + threadsOf(pid), 0)
}

function threadsOf(pid: string): number {
  return Number(/^Threads:\s*(\d+)/m.exec(readOrNothing(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** Undefined for one that has ended meanwhile, or is not ours to see (hidepid). */
function ownerOf(pid: string): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid
  } catch {
    return undefined
  }
}

/** There is no procfs but on Linux, and there a process can end before it is looked at: then nothing is known. */
export function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
