import { access, constants, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Verdict } from '../gate/verdict.ts'
import type { TerminalOptions } from '../report/terminal.ts'
import { suggest } from '../text/nearest.ts'
import { UsageError } from './usage.ts'
import { name, version } from './version.ts'

export const REPORTERS: readonly string[] = ['terminal', 'json']

export interface ReporterChoice {
  readonly name: string
  /** Null means stdout. */
  readonly file: string | null
}

/**
 * Reads `json`, `json=FILE`, `terminal`. A place that cannot be written is found now, not after the gate has run.
 * Throws UsageError.
 */
export async function chooseReporters(words: readonly string[]): Promise<readonly ReporterChoice[]> {
  const choices = words.map(word => {
    const [chosen = '', file] = word.split(/=(.*)/s)
    if (!REPORTERS.includes(chosen)) {
      throw new UsageError(`There is no reporter "${chosen}". ${suggest(chosen, REPORTERS)}`)
    }
    if (file === '') throw new UsageError(`--reporter ${word} names no file after the "="`)
    return { name: chosen, file: file === undefined ? null : resolve(file) }
  })
  for (const { name: reporter, file } of choices) {
    if (file === null) continue
    await access(dirname(file), constants.W_OK).catch(() => {
      throw new UsageError(
        `--reporter ${reporter}=${file}: the directory ${dirname(file)} is not there, or cannot be written`,
      )
    })
    const target = await stat(file).catch(() => null)
    if (target?.isDirectory()) throw new UsageError(`--reporter ${reporter}=${file} is a directory`)
    // An older verdict, left where this one could not be reached, would be read as this one.
    if (target?.isFile()) await rm(file)
  }
  const onStdout = choices.filter(({ name: reporter, file }) => file === null && reporter !== 'terminal')
  if (onStdout.length > 1) {
    throw new UsageError(
      'Two reports on stdout would run into each other: give all but one a file, as in json=FILE.',
    )
  }
  const known = new Set(choices.map(choice => choice.name))
  // People always get to read something, unless they asked for a machine's report on the same stream.
  return known.has('terminal') ? choices : [{ name: 'terminal', file: null }, ...choices]
}

/** Writes every report. People's goes to stderr where stdout carries data. */
export async function writeReports(
  verdict: Verdict,
  choices: readonly ReporterChoice[],
  options: TerminalOptions,
): Promise<void> {
  const dataOnStdout = choices.some(choice => choice.name !== 'terminal' && choice.file === null)
  for (const { name: reporter, file } of choices) {
    const stream = reporter === 'terminal' && dataOnStdout ? process.stderr : process.stdout
    const text = await render(reporter, verdict, file === null ? stream : null, options)
    if (file === null) stream.write(text)
    else await writeFile(file, text)
  }
}

async function render(
  reporter: string,
  verdict: Verdict,
  stream: NodeJS.WriteStream | null,
  options: TerminalOptions,
): Promise<string> {
  if (reporter === 'json') return (await import('../report/json.ts')).renderJson(verdict, { name, version })
  return (await import('../report/terminal.ts')).renderTerminal(verdict, stream, options)
}
