import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../text/error-code.ts'
import { runTool, type Tool } from './tool.ts'

/** A program and its arguments, as they are spawned. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * The command by which a program is launched so that it cannot write to the given directories. They have to be of
 * mode 0555 already. What is spawned becomes that program: its pid, pipes and environment are as without.
 */
export type WithoutWriting = (command: Command, directories: readonly string[]) => Command

/** How the right to write is taken from a program, or why that cannot be done here. */
export type WriteBarrier =
  | { readonly kind: 'modes' | 'setpriv' | 'unshare'; readonly apply: WithoutWriting }
  | { readonly kind: 'none'; readonly reason: string }

interface Wrapper {
  readonly tools: readonly string[]
  /** Given where the tools are. */
  wrap(...paths: string[]): WithoutWriting
}

export type WrapperName = 'setpriv' | 'unshare'

/**
 * Root ignores modes by a capability, CAP_DAC_OVERRIDE, and execve(2) gives it back to root unless it has left the
 * bounding set. CAP_DAC_READ_SEARCH stays: a check-out in somebody's home can be read as before.
 */
const BOUNDS = ['--bounding-set=-dac_override', '--inh-caps=-all']

/** The tool's own exit codes end at 127; what it launches is `exec`ed, so that the pid stays. */
const MOUNT_READ_ONLY = `
mount=$1
shift
while [ "$1" != -- ]; do
  "$mount" --bind "$1" "$1" && "$mount" -o remount,bind,ro "$1" || exit 125
  shift
done
shift
exec "$@"`

/** In the order in which they are tried: the first needs no more than CAP_SETPCAP, the second CAP_SYS_ADMIN. */
const WRAPPERS: Record<WrapperName, Wrapper> = {
  setpriv: {
    tools: ['setpriv'],
    wrap:
      (setpriv = '') =>
      ({ file, args }) => ({ file: setpriv, args: [...BOUNDS, '--', file, ...args] }),
  },
  unshare: {
    tools: ['unshare', 'mount'],
    wrap:
      (unshare = '', mount = '') =>
      ({ file, args }, directories) => ({
        file: unshare,
        args: ['-m', '/bin/sh', '-c', MOUNT_READ_ONLY, 'sh', mount, ...directories, '--', file, ...args],
      }),
  },
}

const SHELL: Tool = { name: '/bin/sh', howToGet: 'every POSIX system has it' }

/** What the attempt below ends with when it was able to write. */
const WROTE = 17
// A new name each time: a file that is there can be written to, whatever its directory's mode.
const TRY_TO_WRITE = `(: > "$1/$$") 2> /dev/null && exit ${WROTE}; exit 0`

let barrier: Promise<WriteBarrier> | undefined

/**
 * How a program is launched so that directory modes count for it, also when the harness runs as root. Found by
 * trying, once in a process, in a directory that goes when the harness does.
 */
export function findWriteBarrier(within: string): Promise<WriteBarrier> {
  barrier ??= tryBarriers(['setpriv', 'unshare'], within)
  return barrier
}

/** Tries whether modes count for the harness itself, and then the given wrappers in their order. */
export async function tryBarriers(wrappers: readonly WrapperName[], within: string): Promise<WriteBarrier> {
  if (process.platform === 'win32') return none('directories have no modes on Windows')
  const directory = await mkdtemp(join(within, 'modes-'))
  try {
    await chmod(directory, 0o555)
    if (!(await canWrite(directory))) return { kind: 'modes', apply: command => command }
    const reasons: string[] = []
    for (const kind of wrappers) {
      const outcome = await tryWrapper(kind, directory)
      if (typeof outcome === 'function') return { kind, apply: outcome }
      reasons.push(outcome)
    }
    return none(`the harness runs as a user to whom they do not apply (${reasons.join('; ')})`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function canWrite(directory: string): Promise<boolean> {
  try {
    await writeFile(join(directory, 'written'), '')
    return true
  } catch (error) {
    if (codeOf(error) === 'EACCES') return false
    throw error
  }
}

/** Comes back with the wrapper, or with what is wrong with it. */
async function tryWrapper(kind: WrapperName, directory: string): Promise<WithoutWriting | string> {
  const { tools, wrap } = WRAPPERS[kind]
  const paths = await Promise.all(tools.map(findTool))
  const missing = tools.filter((_, index) => paths[index] === '')
  if (missing.length > 0) return `${missing.join(' and ')}: not installed`

  const apply = wrap(...paths)
  const attempt = { file: SHELL.name, args: ['-c', TRY_TO_WRITE, 'sh', directory] }
  const { file, args } = apply(attempt, [directory])
  const { code, stderr } = await runTool({ name: file, howToGet: '' }, args)
  if (code === 0) return apply
  return `${kind}: ${code === WROTE ? 'it made no difference' : stderr.trim().split('\n')[0] || `exit ${code}`}`
}

/** Where a tool is: a sidecar's environment may have no PATH in which it would be found. Empty when it is nowhere. */
async function findTool(name: string): Promise<string> {
  const { stdout } = await runTool(SHELL, ['-c', 'command -v "$1"', 'sh', name])
  return stdout.trim()
}

function none(why: string): WriteBarrier {
  return { kind: 'none', reason: `Directory modes cannot be made to count here: ${why}.` }
}
