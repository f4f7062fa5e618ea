/*
 * `pnpm bench:alarms [--runs N]`: whether `bench --baseline` can be trusted as a gate. The same binary is held against its
 * own baseline over and over, and then one that needs 15 % longer to start: the first may raise no alarm, the second has to.
 * The baseline is saved with its binary, so that each is held against it by lives that take turns.
 */

import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { spreadOf } from '../../harness/statistics/spread.ts'

const run = promisify(execFile)
const CLI = join(import.meta.dirname, '../../harness/cli/main.ts')
/** Hashes, each of the one before: as much work whatever the processor's mood. Some 60 % of what a start takes, so that 25 % more of it are 15 % of the whole. */
const WORK = 60_000
const MORE = 1.25

/** Three rounds of lives on a slow machine; a bench that takes longer hangs. */
const BENCH_LIMIT_MS = 600_000

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

/** Interrupted, it ends what runs, and removes what it made. */
const LIMITS = { signal: stop.signal, timeout: BENCH_LIMIT_MS }

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20' } } })
const runs = Number(values.runs)
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs takes a whole number, and got "${values.runs}"`)

const directory = await mkdtemp(join(tmpdir(), 'bench-alarms-'))
try {
  const same = await aSidecar('same', WORK)
  const slower = await aSidecar('slower', WORK * MORE)
  const baseline = join(directory, 'baseline.json')
  await run(process.execPath, [CLI, 'bench', same, '--save', baseline, '--with-binary'], LIMITS)
  const figures = { same: await repeat(same, baseline), slower: await repeat(slower, baseline) }
  console.log(`the same binary       worse in ${figures.same.alarms} of ${runs} runs`)
  console.log(
    `${((figures.slower.factor - 1) * 100).toFixed(1)} % slower to start  worse in ${figures.slower.alarms} of ${runs} runs`,
  )
  process.exitCode = figures.same.alarms === 0 && figures.slower.alarms === runs ? 0 : 1
} finally {
  await rm(directory, { recursive: true })
}

async function aSidecar(name: string, work: number): Promise<string> {
  const file = join(directory, name)
  await writeFile(
    file,
    `#!${process.execPath}
    const startedAt = Date.now()
    let hash = Buffer.from('a')
    for (let i = 0; i < ${Math.round(work)}; i++) hash = require('node:crypto').createHash('sha1').update(hash).digest()
    const health = () => ({ status: 'ok', app: 'a', timestamp: new Date(), uptime: (Date.now() - startedAt) / 1000 })
    const headers = { 'content-type': 'application/json' }
    const server = require('node:http').createServer((_, response) =>
      response.writeHead(200, headers).end(JSON.stringify(health())))
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit())
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))\n`,
  )
  await chmod(file, 0o755)
  return file
}

interface Found {
  readonly alarms: number
  /** Of the time until ready over that of the older one, in the same turns; the median of the runs. */
  readonly factor: number
}

async function repeat(file: string, baseline: string): Promise<Found> {
  let alarms = 0
  const factors: number[] = []
  for (let time = 1; time <= runs; time++) {
    const { code, document } = await bench(file, baseline)
    const worse = document.against.findings.filter(({ finding }) => finding === 'worse')
    if ((code === 1) !== worse.length > 0) throw new Error(`exit code ${code} with ${worse.length} worse`)
    if (code === 1) alarms++
    if (document.against.by !== 'binary') throw new Error('the binary of the baseline took no turns')
    const ready = document.against.findings.find(({ metric }) => metric === 'readyMs')
    const [before, after] = [ready?.baseline?.median ?? Number.NaN, ready?.now?.median ?? Number.NaN]
    factors.push(after / before)
    const told = document.against.findings.map(({ metric, finding }) => `${metric} ${finding}`).join(', ')
    console.log(
      `${file.slice(directory.length + 1)} ${time}: ${document.turns.length} turns, ready ${before.toFixed(0)} → ${after.toFixed(0)} ms; ${told}`,
    )
  }
  return { alarms, factor: spreadOf(factors)?.median ?? Number.NaN }
}

interface ToldFinding {
  readonly metric: string
  readonly finding: string
  readonly baseline: { readonly median: number } | null
  readonly now: { readonly median: number } | null
}

interface Told {
  readonly turns: readonly unknown[]
  readonly against: { readonly by: string; readonly findings: readonly ToldFinding[] }
}

async function bench(file: string, baseline: string): Promise<{ code: number; document: Told }> {
  const args = [CLI, 'bench', file, '--baseline', baseline, '--reporter', 'json']
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; document: Told }>()
  execFile(process.execPath, args, { ...LIMITS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
    const code = error === null ? 0 : Number(error.code)
    if (code === 0 || code === 1) resolve({ code, document: JSON.parse(stdout) })
    else reject(new Error(stderr))
  })
  return promise
}
