import { HostLookupError } from '../host/host.ts'
import { asShortage } from '../host/shortage.ts'
import { PlainError } from '../text/plain-error.ts'
import { UnsavedError } from './unsaved.ts'

/** What every command's exit code means. */
export const EXIT = { passed: 0, failed: 1, usage: 2, fault: 3, sigint: 130, sigterm: 143 } as const

/** Node's code for a program that waits for something that cannot come any more. */
const NODE_NEVER_SETTLED = 13

/**
 * Runs a command and sets the exit code. Whatever it throws, now or later, is told on stderr; nothing ends in a
 * silent 0, whatever a contract module does.
 */
export async function exitWith(command: () => Promise<number>): Promise<void> {
  let isDone = false
  // Thrown in a callback of nobody's. What still lives is the reaper's.
  process.on('uncaughtException', error => process.exit(report(error)))
  process.on('exit', code => {
    if (isDone || (code !== EXIT.passed && code !== NODE_NEVER_SETTLED)) return
    process.stderr.write(
      'It ended before there was a verdict: something in the contract ended it, or never ends.\n',
    )
    process.exitCode = EXIT.fault
  })
  const unwritten = new Set<string>()
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read the report has read enough, as `head` does; the exit code still counts.
      if (error.code !== 'EPIPE') unwritten.add(`${name} could not be written: ${error.message}`)
    })
  }
  try {
    process.exitCode = await command()
  } catch (error) {
    process.exitCode = report(error)
  }
  isDone = true
  // A contract can leave a timer or a socket open behind it, which is no reason to stay.
  await Promise.all([process.stdout, process.stderr].map(untilWritten))
  if (unwritten.size > 0) process.exit(report(new UnsavedError([...unwritten])))
  process.exit()
}

function untilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}

function report(error: unknown): number {
  // A look that failed for want of descriptors says that, and not what it was to be of.
  if (error instanceof PlainError && !(error instanceof HostLookupError && asShortage(error) !== null)) {
    process.stderr.write(`${error.message}\n`)
    return error.blame === 'caller' ? EXIT.usage : EXIT.fault
  }
  const surroundings = asShortage(error)?.message ?? goneDirectory(error)
  if (surroundings !== null) {
    process.stderr.write(`${surroundings}\n`)
    return EXIT.fault
  }
  const told = error instanceof Error ? error.stack : String(error)
  process.stderr.write(
    `This is a fault of the harness, or of the machine, and says nothing of your sidecar:\n${told}\n`,
  )
  return EXIT.fault
}

/** Null unless it comes from a working directory that somebody has removed: Node's own words are a paragraph. */
function goneDirectory(error: unknown): string | null {
  const isGone = error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd'
  return isGone ? 'The current directory is not there any more: change to one that is.' : null
}
