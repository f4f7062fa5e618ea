import { access, constants, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { suggest } from '../text/nearest.ts'
import { UsageError } from './usage.ts'

/** What a reporter does with stdout, where it has no file: people may read several reports in a row, a machine one. */
const REPORTERS = {
  terminal: 'words',
  github: 'words',
  json: 'data',
  junit: 'data',
  markdown: 'data',
  html: 'data',
  trace: 'data',
} as const

export type ReporterName = keyof typeof REPORTERS

export const REPORTER_NAMES: readonly ReporterName[] = Object.keys(REPORTERS) as ReporterName[]

export interface ReporterChoice {
  readonly name: ReporterName
  /** Null means stdout. */
  readonly file: string | null
}

/**
 * Reads `json`, `json=FILE`, `terminal`. A place that cannot be written is found now, not after the gate has run.
 * People always get to read something, and so does GitHub where it runs the command. Throws UsageError.
 */
export async function chooseReporters(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly ReporterChoice[]> {
  const choices = words.map(readChoice)
  const files = choices.flatMap(({ file }) => (file === null ? [] : [file]))
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) throw new UsageError(`--reporter: two reports cannot both be written to ${twice}`)
  if (choices.filter(isDataOnStdout).length > 1) {
    throw new UsageError(
      'Two reports on stdout would run into each other: give all but one a file, as in json=FILE.',
    )
  }
  for (const choice of choices) await preparePlace(choice)
  const added: ReporterName[] = [
    ...(environment.GITHUB_ACTIONS === 'true' ? (['github'] as const) : []),
    'terminal',
  ]
  const names = new Set(choices.map(({ name }) => name))
  return [...choices, ...added.filter(name => !names.has(name)).map(name => ({ name, file: null }))]
}

/** People's reports go to stderr where stdout carries data. */
export function isDataOnStdout({ name, file }: ReporterChoice): boolean {
  return file === null && REPORTERS[name] === 'data'
}

function readChoice(word: string): ReporterChoice {
  const [chosen = '', file] = word.split(/=(.*)/s)
  const name = REPORTER_NAMES.find(known => known === chosen)
  if (name === undefined) {
    throw new UsageError(`There is no reporter "${chosen}". ${suggest(chosen, REPORTER_NAMES)}`)
  }
  if (file === '') throw new UsageError(`--reporter ${word} names no file after the "="`)
  return { name, file: file === undefined ? null : resolve(file) }
}

async function preparePlace({ name, file }: ReporterChoice): Promise<void> {
  if (file === null) return
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new UsageError(
      `--reporter ${name}=${file}: the directory ${dirname(file)} is not there, or cannot be written`,
    )
  })
  const target = await stat(file).catch(() => null)
  if (target?.isDirectory()) throw new UsageError(`--reporter ${name}=${file} is a directory`)
  // A device, a pipe: nothing of an older verdict is in it.
  if (target !== null && !target.isFile()) return
  try {
    // An older verdict, left where this one could not be reached, would be read as this one.
    await writeFile(file, '')
    await rm(file)
  } catch (error) {
    throw new UsageError(`--reporter ${name}=${file} cannot be written: ${(error as Error).message}`)
  }
}
