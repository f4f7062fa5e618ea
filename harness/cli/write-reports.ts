import { appendFile } from 'node:fs/promises'
import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Evidence } from '../recording/evidence.ts'
import type { TerminalOptions } from '../report/terminal.ts'
import { isDataOnStdout, type ReporterChoice, type ReporterName } from './reporters.ts'
import type { Saving } from './unsaved.ts'
import { name, version } from './version.ts'
import { writeWhole } from './write-whole.ts'

const TOOL = { name, version }

/** What reports are drawn from. */
export interface Judged {
  readonly run: RunVerdict
  /** What was recorded of each sidecar, in the order of the run's. */
  readonly evidences: readonly Evidence[]
}

/** Writes every report: files first, and what people read last. What cannot be written is noted in `saving`. */
export async function writeReports(
  judged: Judged,
  choices: readonly ReporterChoice[],
  saving: Saving,
  options: TerminalOptions,
): Promise<void> {
  const people = choices.some(isDataOnStdout) ? process.stderr : process.stdout
  for (const { name: reporter, file } of choices) {
    if (file === null) continue
    await saving.try(`The ${reporter} report ${file}`, async () =>
      writeWhole(file, await render(reporter, judged, null, options)),
    )
  }
  if (choices.some(choice => choice.name === 'github')) await summariseStep(judged.run, saving)
  // In a terminal the outcome stands last, so what is for people is the last word.
  const onStreams = choices.filter(({ file }) => file === null)
  for (const choice of [...onStreams].sort((a, b) => rank(a) - rank(b))) {
    const stream = isDataOnStdout(choice) ? process.stdout : people
    await saving.try(`The ${choice.name} report`, async () => {
      stream.write(await render(choice.name, judged, stream, options))
    })
  }
}

function rank({ name: reporter }: ReporterChoice): number {
  return reporter === 'terminal' ? 1 : 0
}

/** GitHub shows this file with the step; other steps may have written to it, too. */
async function summariseStep(run: RunVerdict, saving: Saving): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = process.env
  if (!file) return
  await saving.try(`The step summary ${file}`, async () => {
    const { renderMarkdown } = await import('../report/markdown.ts')
    await appendFile(file, renderMarkdown(run, TOOL))
  })
}

async function render(
  reporter: ReporterName,
  { run, evidences }: Judged,
  stream: NodeJS.WriteStream | null,
  options: TerminalOptions,
): Promise<string> {
  switch (reporter) {
    case 'json':
      return (await import('../report/json.ts')).renderJson(run, TOOL)
    case 'junit':
      return (await import('../report/junit.ts')).renderJunit(run, TOOL)
    case 'markdown':
      return (await import('../report/markdown.ts')).renderMarkdown(run, TOOL)
    case 'html':
      return (await import('../report/html/page.ts')).renderHtml(run, evidences, TOOL)
    case 'trace':
      return (await import('../report/trace.ts')).renderTrace(run, evidences, TOOL)
    case 'github':
      return (await import('../report/github.ts')).renderAnnotations(run)
    case 'terminal':
      return (await import('../report/terminal.ts')).renderTerminal(run, stream, options)
  }
}
