/** What every command's exit code means. */
export const EXIT = { passed: 0, failed: 1, usage: 2, fault: 3, sigint: 130, sigterm: 143 } as const

/** Errors that are the caller's to mend: a wrong option, contract or path. By name, so that none need be loaded. */
const CALLERS_ERRORS = new Set([
  'UsageError',
  'ContractError',
  'ArtifactPathError',
  'RecordingError',
  'NoClauseError',
])
/** Errors that are said in one paragraph; a stack would add nothing. */
const PLAIN_ERRORS = new Set([
  ...CALLERS_ERRORS,
  'BuildError',
  'PayloadMissingError',
  'ToolMissingError',
  'UnknownTripleError',
  'HostLookupError',
  'ReaperError',
])

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
  // Whoever read the report has read enough, as `head` does; the exit code still counts.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    process.exitCode = await command()
  } catch (error) {
    process.exitCode = report(error)
  }
  isDone = true
  // A contract can leave a timer or a socket open behind it, which is no reason to stay.
  await Promise.all([process.stdout, process.stderr].map(untilWritten))
  process.exit()
}

function untilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}

function report(error: unknown): number {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  process.stderr.write(
    PLAIN_ERRORS.has(name)
      ? `${message}\n`
      : `This is a fault of the harness, or of the machine, and says nothing of your sidecar:\n${stack}\n`,
  )
  return CALLERS_ERRORS.has(name) ? EXIT.usage : EXIT.fault
}
