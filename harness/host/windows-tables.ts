import { unmapAddress } from './addresses.ts'
import { shortenCommandLine } from './command-line.ts'
import type { ProcessRow } from './family.ts'
import { HostLookupError, type Listener, type ProcessInfo, type Usage } from './host.ts'

/** A process as `Win32_Process` describes it. It counts as its own group: Windows has none. */
export interface WindowsProcess extends ProcessRow, ProcessInfo {}

/** Errors end the script, so that half an answer is never taken for a whole one; names come as UTF-8. */
const PREAMBLE = `$ErrorActionPreference = 'Stop'; [Console]::OutputEncoding = [Text.Encoding]::UTF8;`

/**
 * The start time as a text of 100 ns ticks: dates differ between PowerShell 5.1 (\`/Date(…)/\`, to the millisecond)
 * and 7 (ISO 8601), and such numbers are too large for JSON. No double quotes: Windows would have to be told
 * how to pass them.
 */
export const LIST_PROCESSES: string = `${PREAMBLE} Get-CimInstance Win32_Process |
  Select-Object ProcessId, ParentProcessId, Name, @{ n = 'StartedAt'; e = {
    if ($_.CreationDate) { $_.CreationDate.ToUniversalTime().Ticks.ToString() } } } | ConvertTo-Json -Compress`

export const LIST_LISTENERS: string = `${PREAMBLE} Get-NetTCPConnection -State Listen |
  Select-Object LocalAddress, LocalPort, OwningProcess | ConvertTo-Json -Compress`

/** Times in units of 100 ns, as numbers: a processor would have to be busy for 28 years to make them too large. */
export const LIST_USAGE: string = `${PREAMBLE} Get-CimInstance Win32_Process |
  Select-Object ProcessId, KernelModeTime, UserModeTime, WorkingSetSize, HandleCount | ConvertTo-Json -Compress`

/** Reads what LIST_PROCESSES printed. */
export function parseProcesses(json: string): WindowsProcess[] {
  const rows = parseRows(json).map(row => {
    const pid = numberOf(row, 'ProcessId')
    // The idle process has no start time; nothing is compared with it.
    const startedAt = typeof row.StartedAt === 'string' ? row.StartedAt : ''
    const command = shortenCommandLine(String(row.Name ?? ''))
    return {
      pid,
      parentPid: numberOf(row, 'ParentProcessId'),
      groupId: pid,
      sessionId: undefined,
      startedAt,
      command,
    }
  })
  return withoutStaleParents(rows)
}

/** Reads what LIST_LISTENERS printed. */
export function parseListeners(json: string): Listener[] {
  return parseRows(json).map(row => ({
    address: unmapAddress(String(row.LocalAddress)),
    port: numberOf(row, 'LocalPort'),
    pid: numberOf(row, 'OwningProcess'),
  }))
}

/** Reads what LIST_USAGE printed. */
export function parseUsage(json: string): Usage[] {
  return parseRows(json).map(row => ({
    pid: numberOf(row, 'ProcessId'),
    cpuMs: (numberOf(row, 'KernelModeTime') + numberOf(row, 'UserModeTime')) / 10_000,
    residentBytes: numberOf(row, 'WorkingSetSize'),
    descriptors: numberOf(row, 'HandleCount'),
  }))
}

/** Ticks of the wall clock, which may be set back: rarely, while a parent that is a reused pid is common. */
export function startedBefore(row: ProcessRow, startedAt: string): boolean {
  return row.startedAt !== '' && startedAt !== '' && BigInt(row.startedAt) < BigInt(startedAt)
}

/** A dead parent's pid stays in its children, and may by now be another process's: one that started later. */
function withoutStaleParents(rows: WindowsProcess[]): WindowsProcess[] {
  const byPid = new Map(rows.map(row => [row.pid, row]))
  return rows.map(row => {
    const parent = byPid.get(row.parentPid)
    return parent && startedBefore(row, parent.startedAt) ? { ...row, parentPid: 0 } : row
  })
}

function parseRows(json: string): Record<string, unknown>[] {
  // PowerShell 5.1 prints a lone object without brackets, and nothing at all for no object.
  if (json.trim() === '') return []
  let rows: unknown
  try {
    rows = JSON.parse(json)
  } catch (error) {
    throw unreadable(json, error)
  }
  const list: unknown[] = Array.isArray(rows) ? rows : [rows]
  if (!list.every(isRecord)) throw unreadable(json)
  return list
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function numberOf(row: Record<string, unknown>, name: string): number {
  const value = row[name]
  if (typeof value !== 'number') throw unreadable(JSON.stringify(row))
  return value
}

function unreadable(json: string, cause?: unknown): HostLookupError {
  const message = `PowerShell printed something that cannot be read: ${json.slice(0, 200)}`
  return new HostLookupError('powershell.exe', message, { cause })
}
