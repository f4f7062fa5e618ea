/** What every command's exit code means. */
export const EXIT = { passed: 0, failed: 1, usage: 2, fault: 3, sigint: 130, sigterm: 143 } as const

/** Errors that are the caller's to mend: a wrong option, contract or path. By name, so that none need be loaded. */
const CALLERS_ERRORS = new Set(['UsageError', 'ContractError', 'ArtifactPathError', 'RecordingError'])
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

/** Runs a command and sets the exit code. Whatever it throws is told on stderr; nothing ends in a silent 0. */
export async function exitWith(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    process.exitCode = report(error)
  }
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
