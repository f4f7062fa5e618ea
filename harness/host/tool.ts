import { type ExecFileException, execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { HostLookupError } from './host.ts'

/** A program of the operating system that is asked about processes or sockets. */
export interface Tool {
  readonly name: string
  /** What to do when it is missing. */
  readonly howToGet: string
}

export interface ToolAnswer {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/**
 * They answer in tens of milliseconds, PowerShell's first start in a few seconds; `lsof` can hang for ever on
 * a network file system whose server has gone.
 */
const DEADLINE_MS = 10_000

/** A machine with thousands of processes and long command lines prints a few MiB. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** Where the tools are, also for a harness that was started with a bare PATH: macOS has lsof in /usr/sbin. */
const SYSTEM_DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * Runs a tool and brings what it said with its exit code, which only the caller can judge. A tool that is
 * missing, hangs or crashes is a HostLookupError.
 */
export function runTool(tool: Tool, args: readonly string[]): Promise<ToolAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ToolAnswer>()
  const options = {
    env: toolEnvironment(),
    timeout: DEADLINE_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  }
  execFile(tool.name, args, options, (error, stdout, stderr) => {
    if (!error) resolve({ stdout, stderr, code: 0 })
    else if (typeof error.code === 'number') resolve({ stdout, stderr, code: error.code })
    else reject(explainFailure(tool, error))
  })
  return promise
}

function explainFailure(tool: Tool, error: ExecFileException): HostLookupError {
  const { name, howToGet } = tool
  // EACCES: there is no such program either, and a directory in PATH may not be searched (execvp(3)).
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const message = `${name} is needed to look at processes and cannot be found: ${howToGet}`
    return new HostLookupError(name, message, { cause: error })
  }
  const reason = error.killed ? `gave no answer within ${DEADLINE_MS} ms` : `failed: ${error.message}`
  return new HostLookupError(name, `${name} ${reason}`, { cause: error })
}

function toolEnvironment(): NodeJS.ProcessEnv {
  // PowerShell does not start without SystemRoot and its kin.
  if (process.platform === 'win32') return process.env
  const path = [process.env.PATH, ...SYSTEM_DIRECTORIES].filter(Boolean).join(delimiter)
  // Nothing is inherited: PS_FORMAT, PS_PERSONALITY and COLUMNS change what ps prints. Fixed language and
  // time zone, since a start time that is printed in local time comes twice when summer ends.
  return { PATH: path, LC_ALL: 'C', TZ: 'UTC' }
}
