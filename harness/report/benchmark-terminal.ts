import { judgeTurns } from '../bench/judge.ts'
import { MEANINGS } from '../bench/metrics.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import type { BenchRun } from './benchmark-document.ts'
import { benchmarkNotes, benchmarkTable, type Table, tellBy } from './benchmark-rows.ts'
import { type Paint, paintFor } from './paint.ts'
import { showPathFrom } from './reproduce.ts'
import { count } from './words.ts'

const LABEL_WIDTH = 8

/** A benchmark for people: what and where, the figures, and against a baseline what they come to, last. */
export function renderBenchmark(run: BenchRun, stream: NodeJS.WriteStream | null): string {
  const paint = paintFor(stream)
  return `${[
    describeRun(run),
    renderTable(benchmarkTable(run), paint),
    benchmarkNotes(run).map(note => `- ${note}`),
    [renderSum(run, paint)],
  ]
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function describeRun({ benchmark, baseline }: BenchRun): readonly string[] {
  const { file, host, cpu, turns, turnsMs } = benchmark
  const from = baseline?.benchmark
  return [
    `${'bench'.padEnd(LABEL_WIDTH)} ${showPathFrom(file.path, process.cwd())}`,
    `${' '.repeat(LABEL_WIDTH)} ${size(file.bytes)}, sha256 ${file.sha256}`,
    ...(baseline === null || from === undefined
      ? []
      : [
          `${'against'.padEnd(LABEL_WIDTH)} ${showPathFrom(baseline.path, process.cwd())}, measured ${from.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
          `${' '.repeat(LABEL_WIDTH)} ${from.file.sha256 === file.sha256 ? 'the same file, byte by byte' : `sha256 ${from.file.sha256}`}`,
          `${'by'.padEnd(LABEL_WIDTH)} ${tellBy(baseline.against, path => showPathFrom(path, process.cwd()))}`,
        ]),
    `${'on'.padEnd(LABEL_WIDTH)} ${host.os} ${host.arch}, ${host.cpus} cores (${cpu}), Node ${host.node}; ${turns.length} turns in ${duration(turnsMs)}`,
  ]
}

function renderTable(table: Table, paint: Paint): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)))
  return table.map((row, index) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
    return index === 0 ? paint('gray', line) : line
  })
}

function renderSum({ benchmark, baseline, durationMs }: BenchRun, paint: Paint): string {
  const took = `took ${duration(durationMs)}`
  if (baseline === null) return `${'measured'.padEnd(LABEL_WIDTH)} ${took}`
  const judged = judgeTurns(baseline.against, benchmark.turns)
  const namesOf = (finding: string) =>
    judged.filter(each => each.finding === finding).map(({ metric }) => MEANINGS[metric].name)
  const [worse, better, unclear] = [namesOf('worse'), namesOf('better'), namesOf('unclear')]
  const also = [
    ...(better.length > 0 ? [`better: ${better.join(', ')}`] : []),
    ...(unclear.length > 0 ? [`too noisy to tell: ${unclear.join(', ')}`] : []),
    took,
  ].join('; ')
  if (worse.length > 0) {
    return `${paint('red', 'worse'.padEnd(LABEL_WIDTH))} ${count(worse.length, 'figure')}: ${worse.join(', ')}; ${also}`
  }
  return `${paint('green', 'passed'.padEnd(LABEL_WIDTH))} nothing became worse beyond the noise; ${also}`
}
