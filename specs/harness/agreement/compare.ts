import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { InspectionDocument } from '../../../harness/report/inspection-document.ts'
import { FACT_NAMES, type FactName, type Facts, factsOf } from './facts.ts'
import type { Reader } from './readers.ts'

const MAIN = fileURLToPath(new URL('../../../harness/cli/main.ts', import.meta.url))

/** One fact of one file, told by inspect and by another reader. */
export interface Comparison {
  readonly path: string
  readonly fact: FactName
  readonly reader: string
  readonly ours: string
  readonly theirs: string
}

/** As many files as are named on one command line, and what is told of them. */
const AT_ONCE = 64
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024

/** Every fact that both tell, of every file. */
export async function compareReaders(
  paths: readonly string[],
  readers: readonly Reader[],
): Promise<readonly Comparison[]> {
  const compared: Comparison[] = []
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    for (const [path, ours] of await inspectAll(paths.slice(from, from + AT_ONCE))) {
      const told = await Promise.all(readers.map(reader => reader.read(path)))
      for (const [index, theirs] of told.entries()) {
        if (theirs !== null) compared.push(...compareFacts(path, readers[index]?.name ?? '', ours, theirs))
      }
    }
  }
  return compared
}

function compareFacts(path: string, reader: string, ours: Facts, theirs: Facts): readonly Comparison[] {
  return FACT_NAMES.flatMap(fact => {
    const [one, other] = [ours[fact], theirs[fact]]
    return one === undefined || other === undefined ? [] : [{ path, fact, reader, ours: one, theirs: other }]
  })
}

/** By the command itself, as people call it. */
async function inspectAll(paths: readonly string[]): Promise<readonly (readonly [string, Facts])[]> {
  const args = [MAIN, 'inspect', '--json', ...paths]
  const options = { maxBuffer: MOST_OUTPUT_BYTES }
  const { stdout } = await promisify(execFile)(process.execPath, args, options)
  const { files }: InspectionDocument = JSON.parse(stdout)
  return files.map(file => [file.path, factsOf(file)] as const)
}

/** A line for each fact and reader: of how many files both told it, and of how many in the same words. */
export function tabulate(compared: readonly Comparison[]): string {
  const groups = Map.groupBy(compared, ({ fact, reader }) => `${fact.padEnd(12)}${reader}`)
  const lines = [...groups].map(([head, those]) => {
    const alike = those.filter(({ ours, theirs }) => ours === theirs).length
    const differ = those.length - alike
    return `${head.padEnd(26)}${String(alike).padStart(6)} of ${String(those.length).padStart(6)}${differ === 0 ? '' : `   ${differ} differ`}`
  })
  return lines.sort().join('\n')
}
