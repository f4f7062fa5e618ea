import { codeOf } from '../text/error-code.ts'
import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'
import { readLimit } from './limits.ts'

/** The machine, or a limit that somebody set to this process, has run out of something: no fault of a sidecar's. */
export class ShortageError extends PlainError {
  override readonly name = 'ShortageError'
  override readonly blame = 'machine'
}

/** What went wrong, by Node's code for it: what ran out, and what would be right. */
const SHORTAGES: Readonly<Record<string, () => string>> = {
  EMFILE: () =>
    `This process may have ${told('Max open files')} files open at once, and that was not enough: raise the limit (ulimit -n) to 1024 or more`,
  ENFILE: () => 'The machine has as many files open as it may have: raise fs.file-max, or close some',
  EAGAIN: () =>
    `No further process could be started; this user may have ${told('Max processes')} processes and threads: raise the limit (ulimit -u, or the container's limit of pids)`,
  ENOMEM: () =>
    'There was not enough memory for the harness itself: raise the limit (ulimit -v, or that of the container), or free some',
  ENOSPC: () => 'The disk is full: free some space (or inodes), or name another directory in TMPDIR',
  EDQUOT: () => 'The quota of the disk is used up: free some space, or name another directory in TMPDIR',
}

/** Of a tool that has no code to give: coreutils and busybox, by LC_ALL=C. */
const TOOLS_WORDS: Readonly<Record<string, string>> = {
  'No space left on device': 'ENOSPC',
  'Disk quota exceeded': 'EDQUOT',
  'Too many open files': 'EMFILE',
  'Cannot allocate memory': 'ENOMEM',
  // V8, where it may not reserve the addresses for what undici parses HTTP with.
  'WebAssembly.Instance(): Out of memory': 'ENOMEM',
}

/** The shortage that an error comes from, told in plain words; null where it comes from none. */
export function asShortage(error: unknown): ShortageError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ShortageError) return cause
    const found = shortageIn(codeOf(cause), cause.message)
    if (found !== null) return new ShortageError(found, { cause: error })
  }
  return null
}

/** The same of what is left of an error in a recording: its code, where one was kept, and its message. */
export function shortageIn(code: string | null, message: string): string | null {
  const known = Object.entries(TOOLS_WORDS).find(([words]) => message.includes(words))?.[1]
  const wanted = code !== null && Object.hasOwn(SHORTAGES, code) ? code : (known ?? codeAtStart(message))
  // Also what a socket says that is to be tried again.
  if (wanted === null || (wanted === 'EAGAIN' && !message.includes('spawn'))) return null
  const why = SHORTAGES[wanted]?.()
  return why === undefined ? null : `${why} (${lastLine(message)}).`
}

/** Node begins and ends its messages with the code: `connect EMFILE 127.0.0.1:80`, `EMFILE: too many open files`. */
function codeAtStart(message: string): string | null {
  return (
    /^(?:(?:connect|bind|listen|spawn \S+) )?(EMFILE|ENFILE|ENOMEM|ENOSPC|EDQUOT)\b/.exec(message)?.[1] ??
    null
  )
}

function told(limit: Parameters<typeof readLimit>[0]): string {
  const most = readLimit(limit)
  return most === null ? 'no more' : `no more than ${most}`
}

/** A tool's words come last, behind the command line that failed. */
function lastLine(message: string): string {
  return printable(message.trim().split('\n').at(-1) ?? '')
}
