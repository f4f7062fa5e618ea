import { chooseReporters, isDataOnStdout, type ReporterChoice, type ReporterName } from './reporters.ts'
import type { Saving } from './unsaved.ts'
import { UsageError } from './usage.ts'
import { writeWhole } from './write-whole.ts'

/** As for check, of these alone. `what` begins the sentence that refuses another. Throws UsageError. */
export async function chooseReportersOf(
  words: readonly string[],
  among: readonly ReporterName[],
  what: string,
): Promise<readonly ReporterChoice[]> {
  const choices = await chooseReporters(words, {})
  const other = choices.find(choice => !among.includes(choice.name))
  if (other === undefined) return choices
  const names = `${among.slice(0, -1).join(', ')} or ${among.at(-1)}`
  throw new UsageError(`${what} is told as ${names}, and not as ${other.name}.`)
}

/**
 * Files first, and what people read last. `render` is given the stream that a report is written to; null stands for a
 * file. What cannot be written is noted in `saving`.
 */
export async function writeRendered(
  choices: readonly ReporterChoice[],
  saving: Saving,
  render: (reporter: ReporterName, stream: NodeJS.WriteStream | null) => Promise<string>,
): Promise<void> {
  const people = choices.some(isDataOnStdout) ? process.stderr : process.stdout
  const last = (choice: ReporterChoice) => (choice.name === 'terminal' && choice.file === null ? 1 : 0)
  for (const choice of choices.toSorted((a, b) => last(a) - last(b))) {
    const { name: reporter, file } = choice
    await saving.try(
      file === null ? `The ${reporter} report` : `The ${reporter} report ${file}`,
      async () => {
        const stream = isDataOnStdout(choice) ? process.stdout : people
        const text = await render(reporter, file === null ? stream : null)
        if (file === null) stream.write(text)
        else await writeWhole(file, text)
      },
    )
  }
}
