import { type ExecFileException, execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { printable } from '../text/printable.ts'
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

/** What one of them is stuck at stays there: asked again, it is not waited for so long. */
const AGAIN_MS = 1_000
const stuck = new Set<string>()

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
  const deadlineMs = stuck.has(tool.name) ? AGAIN_MS : DEADLINE_MS
  const options = {
    env: toolEnvironment(),
    timeout: deadlineMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  }
  execFile(tool.name, args, options, (error, stdout, stderr) => {
    if (!error) resolve({ stdout, stderr, code: 0 })
    else if (typeof error.code === 'number') resolve({ stdout, stderr, code: error.code })
    else reject(explainFailure(tool, error, deadlineMs))
  })
  return promise
}

/** What a tool said of its failure, fit to stand in a sentence. It may be no `ps` at all that is called so. */
export function explainExit({ name }: Tool, { code, stderr }: ToolAnswer): string {
  const said = stderr.trim()
  return `${name} exited with ${code}${said === '' ? ', and said nothing' : `: ${printable(said)}`}`
}

function explainFailure(tool: Tool, error: ExecFileException, deadlineMs: number): HostLookupError {
  const { name, howToGet } = tool
  // EACCES: there is no such program either, and a directory in PATH may not be searched (execvp(3)).
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const message = `${name} is needed to look at processes and cannot be found: ${howToGet}`
    return new HostLookupError(name, message, { cause: error })
  }
  if (error.killed === true) stuck.add(name)
  const reason = error.killed ? `gave no answer within ${deadlineMs} ms` : `failed: ${error.message}`
  return new HostLookupError(name, `${name} ${reason}`, { cause: error })
}

/** What a tool of the operating system is run with, also by those who only want its help. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  // PowerShell does not start without SystemRoot and its kin.
  if (process.platform === 'win32') return process.env
  const path = [process.env.PATH, ...SYSTEM_DIRECTORIES].filter(Boolean).join(delimiter)
  // Nothing is inherited: PS_FORMAT, PS_PERSONALITY and COLUMNS change what ps prints. Fixed language and
  // time zone, since a start time that is printed in local time comes twice when summer ends.
  return { PATH: path, LC_ALL: 'C', TZ: 'UTC' }
}
