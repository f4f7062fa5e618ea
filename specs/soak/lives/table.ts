import type { Memory, Stock } from './stock.ts'

export interface Row {
  readonly lives: number
  readonly seconds: number
  readonly memory: Memory
  readonly stock: Stock
}

const MEBIBYTE = 1024 * 1024

const COLUMNS: readonly (readonly [string, (row: Row) => number | string])[] = [
  ['lives', ({ lives }) => lives],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
  ['processes', ({ stock }) => stock.processes.length],
  ['descriptors', ({ stock }) => stock.descriptors.length],
  ['ports', ({ stock }) => stock.ports.length],
  ['handles', ({ stock }) => stock.handles.length],
  ['listeners', ({ stock }) => stock.listeners.length],
  ['files', ({ stock }) => stock.files.length],
  ['heap, MiB', ({ memory }) => (memory.heapBytes / MEBIBYTE).toFixed(2)],
  ['resident, MiB', ({ memory }) => (memory.residentBytes / MEBIBYTE).toFixed(0)],
]

/** As Markdown, so that it can be kept. */
export const HEADING: string = [
  lineOf(COLUMNS.map(([name]) => name)),
  lineOf(COLUMNS.map(([name]) => `${'-'.repeat(name.length - 1)}:`)),
].join('\n')

export function rowOf(row: Row): string {
  return lineOf(COLUMNS.map(([name, value]) => String(value(row)).padStart(name.length)))
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
