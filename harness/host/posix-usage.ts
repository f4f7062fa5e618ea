import { printable } from '../text/printable.ts'
import { HostLookupError, type Usage } from './host.ts'
import { PS } from './posix-processes.ts'
import { explainExit, runTool } from './tool.ts'

/** Columns that macOS, the BSDs and procps share. `rss` is in units of 1,024 bytes in all of them. */
const COLUMNS = ['pid', 'stat', 'time', 'rss'].flatMap(column => ['-o', `${column}=`])

const LINE = /^ *(\d+) +(\S+) +(\S+) +(\d+) *$/

/** `[[days-]hours:]minutes:seconds`; macOS and the BSDs let the minutes grow, and print hundredths. */
const TIME = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d{2}(?:\.\d+)?)$/

/** What `ps` tells of the given processes: no descriptors, and the time to the second where it prints no more. */
export async function readUsage(pids: readonly number[]): Promise<Usage[]> {
  if (pids.length === 0) return []
  const answer = await runTool(PS, [...COLUMNS, '-p', pids.join(',')])
  // It exits with 1 when it found none of them, too; only a failure is explained.
  if (answer.code !== 0 && answer.stderr.trim() !== '') {
    throw new HostLookupError('ps', explainExit(PS, answer))
  }
  return parseUsage(answer.stdout)
}

/** Reads what `ps` printed, without zombies. */
export function parseUsage(output: string): Usage[] {
  const lines = output.split('\n').filter(line => line.trim() !== '')
  return lines.map(parseLine).filter(usage => usage !== undefined)
}

function parseLine(line: string): Usage | undefined {
  const [, pid, state = '', time = '', kibibytes] = LINE.exec(line) ?? []
  if (/^[ZXx]/.test(state)) return undefined
  const cpuMs = parseTimeMs(time)
  if (pid === undefined || cpuMs === undefined) {
    throw new HostLookupError('ps', `ps printed a line that cannot be read: ${printable(line)}`)
  }
  return { pid: Number(pid), cpuMs, residentBytes: Number(kibibytes) * 1_024, descriptors: null }
}

function parseTimeMs(time: string): number | undefined {
  const match = TIME.exec(time)
  if (!match) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(part => Number(part ?? 0))
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000)
}
