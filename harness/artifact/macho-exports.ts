import type { FileBytes } from './bytes.ts'
import type { FileRange } from './packed-program.ts'

/** A name has no more parts than that; damaged tries lead in circles. */
const MAX_STEPS = 128
/** A node that branches by every first letter has some sixty. */
const MAX_BRANCHES = 256
const MAX_LABEL_BYTES = 512
/** A number of seven bits a byte, as far as one counts bytes of a file. */
const MAX_NUMBER_BYTES = 7

/** Whether a name is among those that a Mach-O program offers: a few reads, as dyld walks its tree of prefixes. */
export async function isExported(bytes: FileBytes, tree: FileRange, symbol: string): Promise<boolean> {
  let rest = `_${symbol}`
  let node = 0
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const terminal = await readNumber(bytes, tree, node)
    if (terminal === null) return false
    if (rest === '') return terminal.value > 0
    const next = await follow(bytes, tree, terminal.end + terminal.value, rest)
    if (next === null) return false
    rest = rest.slice(next.label.length)
    node = next.node
  }
  return false
}

/** The branch that `rest` begins with; `at` is where the branches of a node are counted. */
async function follow(
  bytes: FileBytes,
  tree: FileRange,
  at: number,
  rest: string,
): Promise<{ label: string; node: number } | null> {
  const count = (await read(bytes, tree, at, 1))?.[0] ?? 0
  let offset = at + 1
  for (let branch = 0; branch < Math.min(count, MAX_BRANCHES); branch += 1) {
    const label = await bytes.text(tree.offset + offset, Math.min(MAX_LABEL_BYTES, tree.size - offset))
    if (label === null) return null
    const target = await readNumber(bytes, tree, offset + Buffer.byteLength(label) + 1)
    if (target === null) return null
    if (label !== '' && rest.startsWith(label)) return { label, node: target.value }
    offset = target.end
  }
  return null
}

/** ULEB128. */
async function readNumber(
  bytes: FileBytes,
  tree: FileRange,
  at: number,
): Promise<{ value: number; end: number } | null> {
  let value = 0
  for (let index = 0; index < MAX_NUMBER_BYTES; index += 1) {
    const byte = (await read(bytes, tree, at + index, 1))?.[0]
    if (byte === undefined) return null
    value += (byte & 0x7f) * 2 ** (7 * index)
    if ((byte & 0x80) === 0) return { value, end: at + index + 1 }
  }
  return null
}

async function read(bytes: FileBytes, tree: FileRange, at: number, length: number): Promise<Buffer | null> {
  return at + length <= tree.size ? bytes.read(tree.offset + at, length) : null
}
