/** Puts what hostile sidecars came to into docs/reliability.md, from real runs: `node specs/docs/ordeals.ts`. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { renderTable, replaceBetween } from '../../fixtures/faulty/markdown.ts'
import { makeFork, makeHostile } from '../../fixtures/hostile/make.ts'
import { duration } from '../../harness/text/duration.ts'
import { size } from '../../harness/text/size.ts'
import { contractOf, FORK_ORDEALS, ORDEALS, type Ordeal } from '../harness/hostile/ordeals.ts'
import { peakOf } from '../harness/life/processes.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'harness/cli/main.ts')
const PAGE = join(ROOT, 'docs/reliability.md')
const PROGRAMS = join(ROOT, 'fixtures/hostile/README.md')
const LOOK_EVERY_MS = 10

/** What each of the programs does, as their own page says it. */
async function deeds(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(PROGRAMS, 'utf8')
  return new Map(
    [...page.matchAll(/^\| ([\w-]+) +\| (.*?) +\|$/gm)].map(([, name = '', deed = '']) => [name, deed]),
  )
}

/** Judges one by the clauses that show it: a row of the table. */
async function endure(ordeal: Ordeal, file: string, directory: string): Promise<readonly string[]> {
  const config = join(directory, 'contract.json')
  await writeFile(config, contractOf(ordeal))
  const temporary = join(directory, 'tmp')
  await mkdir(temporary, { recursive: true })
  const since = performance.now()
  const args = ['check', file, '--config', config, '--only', ordeal.only, '--reporter', 'json']
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0))
  }, LOOK_EVERY_MS)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  clearInterval(watch)
  const took = duration(performance.now() - since)
  return [what(stdout, stderr), String(code), took, size(peakBytes)]
}

/** In the words of the first clause that did not pass, or in those for which there was no verdict. */
function what(stdout: string, stderr: string): string {
  if (stdout === '') return asCell(stderr.trim().split('\n').at(-1) ?? '')
  const { sidecars } = JSON.parse(stdout) as {
    sidecars: { clauses: { id: string; outcome: string; observed: string }[] }[]
  }
  const clauses = sidecars.flatMap(sidecar => sidecar.clauses)
  const worst = clauses.find(({ outcome }) => outcome === 'fail' || outcome === 'warn')
  if (worst === undefined) return `\`${clauses.map(({ id }) => id).join('`, `')}\` passes`
  return `\`${worst.id}\`: ${asCell(worst.observed)}`
}

const LONGEST = 120

/** What a cell can hold: of what goes on without end its beginning, and no mark of the table's own. */
function asCell(words: string): string {
  const told = words
    .replaceAll(`${directory}/`, '')
    .replace(/(.)\1{8,}/g, (_run, each: string) => `${each.repeat(8)}…`)
    .replaceAll('|', '\\|')
  return told.length > LONGEST ? `${told.slice(0, LONGEST)} …` : told
}

const directory = await mkdtemp(join(tmpdir(), 'ordeals-'))
try {
  const known = await deeds()
  const rows: (readonly string[])[] = []
  for (const ordeal of [...FORK_ORDEALS, ...ORDEALS]) {
    const isFork = FORK_ORDEALS.some(each => each === ordeal)
    const file = isFork
      ? await makeFork((ordeal as (typeof FORK_ORDEALS)[number]).name, directory)
      : await makeHostile(ordeal.name, directory)
    const row = await endure(ordeal, file, directory)
    rows.push([known.get(ordeal.name) ?? ordeal.name, ...row])
  }
  const table = renderTable(['what it does', 'what came of it', 'exit', 'took', 'harness, at most'], rows)
  await writeFile(PAGE, replaceBetween(await readFile(PAGE, 'utf8'), 'ordeals', `\n${table}\n`))
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
}
