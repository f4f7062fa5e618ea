import { resolve } from 'node:path'
import { EXIT } from './exit.ts'
import { findRecordings } from './recordings.ts'
import { chooseReporters } from './reporters.ts'
import { Saving } from './unsaved.ts'
import { parseOptions, UsageError } from './usage.ts'
import { type Judged, writeReports } from './write-reports.ts'

const HELP = `Judges again what a gate has recorded: on any machine, without the binary.

Usage: sidecar-harness replay DIRECTORY [options]

  DIRECTORY               what check --artifacts has written, of one sidecar or of several
  --reporter NAME[=FILE]  as for check; may be repeated
  --verbose               a line for every clause that passes, with what was observed

The judges are this version's, so a verdict can differ from the one of the version that recorded.

Examples:
  sidecar-harness replay artifacts
  sidecar-harness replay artifacts --reporter markdown=verdict.md
`

/** Reaches the verdict again, from recordings alone. Comes back with the exit code of that gate. */
export async function replay(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    reporter: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  const [directory, ...others] = positionals
  if (directory === undefined) {
    throw new UsageError('replay needs the directory that check --artifacts has written')
  }
  if (others.length > 0) throw new UsageError(`replay takes one directory, and got ${positionals.join(' ')}`)
  const reporters = await chooseReporters(values.reporter)
  const saving = new Saving()
  const judged = await judgeAgain(await findRecordings(resolve(directory)))
  await writeReports(judged, reporters, saving, { verbose: values.verbose })
  saving.end()
  return judged.run.outcome === 'pass' ? EXIT.passed : EXIT.failed
}

async function judgeAgain(directories: readonly string[]): Promise<Judged> {
  const { readGate } = await import('../recording/archive.ts')
  const { reachVerdict } = await import('../gate/verdict.ts')
  const { addUpRun } = await import('../gate/run-verdict.ts')
  const gates = await Promise.all(directories.map(readGate))
  const verdicts = gates.map(({ evidence, facts }) => reachVerdict(evidence, facts))
  const starts = gates.map(({ facts }) => facts.startedAt.getTime())
  const run = addUpRun(verdicts, {
    startedAt: new Date(Math.min(...starts)),
    durationMs: verdicts.reduce((sum, { durationMs }) => sum + durationMs, 0),
    phasesBefore: [],
  })
  return { run, evidences: gates.map(({ evidence }) => evidence) }
}
