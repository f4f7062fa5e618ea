import type { ComparisonRun } from '../report/comparison-rows.ts'
import { chooseReporters, isDataOnStdout, type ReporterChoice } from './reporters.ts'
import type { Saving } from './unsaved.ts'
import { UsageError } from './usage.ts'
import { writeWhole } from './write-whole.ts'

/** As for check, of those that tell comparisons. Throws UsageError. */
export async function chooseComparisonReporters(
  words: readonly string[],
): Promise<readonly ReporterChoice[]> {
  const choices = await chooseReporters(words, {})
  const other = choices.find(choice => !['terminal', 'json', 'markdown'].includes(choice.name))
  if (other === undefined) return choices
  throw new UsageError(`A comparison is told as terminal, json or markdown, and not as ${other.name}.`)
}

/** Files first, and what people read last. What cannot be written is noted in `saving`. */
export async function writeComparison(
  run: ComparisonRun,
  choices: readonly ReporterChoice[],
  saving: Saving,
): Promise<void> {
  const people = choices.some(isDataOnStdout) ? process.stderr : process.stdout
  const last = (choice: ReporterChoice) => (choice.name === 'terminal' && choice.file === null ? 1 : 0)
  for (const choice of choices.toSorted((a, b) => last(a) - last(b))) {
    const { name: reporter, file } = choice
    await saving.try(
      file === null ? `The ${reporter} report` : `The ${reporter} report ${file}`,
      async () => {
        const stream = isDataOnStdout(choice) ? process.stdout : people
        const text = await render(reporter, run, file === null ? stream : null)
        if (file === null) stream.write(text)
        else await writeWhole(file, text)
      },
    )
  }
}

async function render(
  reporter: ReporterChoice['name'],
  run: ComparisonRun,
  stream: NodeJS.WriteStream | null,
): Promise<string> {
  if (reporter === 'json') return (await import('../report/comparison-json.ts')).renderComparisonJson(run)
  if (reporter === 'markdown') {
    return (await import('../report/comparison-markdown.ts')).renderComparisonMarkdown(run)
  }
  return (await import('../report/comparison-terminal.ts')).renderComparison(run, stream)
}
