import { printable } from '../text/printable.ts'
import { shortenCommandLine } from './command-line.ts'
import type { ProcessRow } from './family.ts'
import { HostLookupError, type ProcessInfo } from './host.ts'
import { explainExit, runTool, type Tool } from './tool.ts'

/** A living process as `ps` prints it. Sessions are left out: macOS prints an address for them. */
export interface PosixProcess extends ProcessRow, ProcessInfo {}

export const PS: Tool = {
  name: 'ps',
  howToGet:
    'every macOS and BSD has it; on Debian and Ubuntu: apt install procps; on Alpine: apk add procps-ng',
}

/**
 * Columns that macOS, the BSDs and procps share. One option for each: POSIX ps reads `pid=,ppid=` as one column
 * with the heading `,ppid=`. The command comes last, since only the last column is not cut.
 */
const COLUMNS = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'command'].flatMap(column => ['-o', `${column}=`])

const LINE = /^ *(\d+) +(\d+) +(\d+) +(\S+) +(\w{3} +\w{3} +\d+ +[\d:]{8} +\d{4}|-) *(.*)$/

/** All living processes of the machine. */
export async function readProcesses(): Promise<PosixProcess[]> {
  const answer = await runTool(PS, ['-A', '-ww', ...COLUMNS])
  if (answer.code !== 0) throw new HostLookupError('ps', explainExit(PS, answer))
  const rows = parseProcesses(answer.stdout)
  // From a table that leaves out even who asks, nobody can tell that nothing was left behind.
  if (rows.some(({ pid }) => pid === process.pid)) return rows
  throw new HostLookupError('ps', `ps listed ${rows.length} processes, and not the one that asked`)
}

/** Reads what `ps` printed, without zombies. */
export function parseProcesses(output: string): PosixProcess[] {
  const lines = output.split('\n').filter(line => line !== '')
  return lines.map(parseLine).filter(row => row !== undefined)
}

function parseLine(line: string): PosixProcess | undefined {
  const match = LINE.exec(line)
  if (!match) throw new HostLookupError('ps', `ps printed a line that cannot be read: ${printable(line)}`)
  const [, pid, parentPid, groupId, state = '', startedAt = '', command = ''] = match
  if (/^[ZXx]/.test(state)) return undefined
  return {
    pid: Number(pid),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: undefined,
    startedAt,
    command: shortenCommandLine(command),
  }
}
