/*
 * `node read-flood.ts plain|pipe|harness FLOOD WRITE TOTAL`: launches the flood, reads it all, and prints how long the
 * writing took, how much was read, and by how much this process grew at most.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importFace } from '../ways/harness.ts'

/** Ten million writes, on a machine that is busy. */
const LIMIT_MS = 10 * 60_000

/** What the harness, too, reads at a time. */
const READ_BYTES = 64 * 1024

/** Before what counts: by then what is kept of a stream is full, and so is what the collector lets lie. */
const SHARE_BEFORE = 1 / 8

const [, , way = '', program = '', write = '', total = ''] = process.argv
const before = Number(total) * SHARE_BEFORE
const read =
  way === 'harness' ? await readByHarness() : await readByHand(way === 'pipe' ? floodPipe : floodSocketPair)
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

async function readByHand(
  flood: (bytes: number) => Promise<Pick<Read, 'ns' | 'receivedBytes'>>,
): Promise<Read> {
  await flood(before)
  const beforeBytes = peakBytes()
  const flooded = await flood(Number(total))
  return { ...flooded, grownBytes: peakBytes() - beforeBytes }
}

/** What Node calls a pipe, and a listener that counts. */
async function floodSocketPair(bytes: number): Promise<Pick<Read, 'ns' | 'receivedBytes'>> {
  const child = spawn(program, [write, String(bytes)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let receivedBytes = 0
  child.stderr.on('data', chunk => {
    receivedBytes += chunk.length
  })
  return { ns: await timeOf(child), receivedBytes }
}

/** A real pipe, always read into the same memory, and nothing done with it: the most that Node can read. */
async function floodPipe(bytes: number): Promise<Pick<Read, 'ns' | 'receivedBytes'>> {
  const directory = mkdtempSync(join(tmpdir(), 'flood-'))
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnd = openSync(path, constants.O_WRONLY)
  rmSync(directory, { recursive: true })
  const child = spawn(program, [write, String(bytes)], { stdio: ['ignore', 'pipe', writeEnd] })
  closeSync(writeEnd)
  let receivedBytes = 0
  const count = (read: number): boolean => {
    receivedBytes += read
    return true
  }
  const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: count }
  const pipe = new Socket({ fd: readEnd, readable: true, writable: false, onread })
  const isRead = new Promise(resolve => pipe.once('close', resolve))
  const ns = await timeOf(child)
  await isRead
  return { ns, receivedBytes }
}

/** How long the writing took, as the flood itself says on stdout. */
async function timeOf(child: ChildProcess): Promise<number> {
  let text = ''
  child.stdout?.on('data', chunk => {
    text += chunk
  })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return JSON.parse(text).ns
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}
