/*
 * `node read-flood.ts plain|harness FLOOD WRITE TOTAL`: launches the flood, reads it all, and prints how long the writing
 * took, how much was read, and by how much this process grew at most.
 */

import { spawn } from 'node:child_process'
import { importFace } from '../ways/harness.ts'

/** Ten million writes, on a machine that is busy. */
const LIMIT_MS = 10 * 60_000

/** Before what counts: by then what is kept of a stream is full, and so is what the collector lets lie. */
const SHARE_BEFORE = 1 / 8

const [, , way = '', program = '', write = '', total = ''] = process.argv
const before = Number(total) * SHARE_BEFORE
const read = way === 'harness' ? await readByHarness() : await readByHand()
process.stdout.write(`${JSON.stringify(read)}\n`)

interface Read {
  readonly ns: number
  readonly receivedBytes: number
  readonly grownBytes: number
}

async function readByHarness(): Promise<Read> {
  const { launch } = await importFace()
  const sidecar = await launch({}, { binary: program })
  const flood = async (bytes: number) => {
    const response = await sidecar.request(`/flood?${write}&${bytes}`, { timeoutMs: LIMIT_MS })
    return ((await response.json()) as { ns: number }).ns
  }
  await flood(before)
  const beforeBytes = peakBytes()
  const ns = await flood(Number(total))
  const grownBytes = peakBytes() - beforeBytes
  // It reads to the end. Nothing is logged but the flood.
  await sidecar.stop()
  return { ns, receivedBytes: sidecar.recording().stderr.bytes - before, grownBytes }
}

/** Node's own pipe, and a listener that counts. */
async function readByHand(): Promise<Read> {
  await floodByHand(before)
  const beforeBytes = peakBytes()
  const flood = await floodByHand(Number(total))
  return { ...flood, grownBytes: peakBytes() - beforeBytes }
}

async function floodByHand(bytes: number): Promise<{ ns: number; receivedBytes: number }> {
  const child = spawn(program, [write, String(bytes)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let receivedBytes = 0
  let text = ''
  child.stderr.on('data', chunk => {
    receivedBytes += chunk.length
  })
  child.stdout.on('data', chunk => {
    text += chunk
  })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return { ns: JSON.parse(text).ns, receivedBytes }
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}
