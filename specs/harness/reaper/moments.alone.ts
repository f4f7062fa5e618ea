import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandOf, endProcess, isAlive, processesNamed, processesWith, startOf } from '../life/processes.ts'
import { PATIENCE_MS } from '../life/until.ts'
import { makeRandom, SEED } from '../random.ts'
import { makeVictims, type Victim } from './harnesses.ts'

/*
 * The harness is killed outright, by its own hand or by its sidecar's, in the middle of a gate and of a build. Which moments
 * there are is what a run that is left alone has written down; which of them are tried is drawn by a seed, and printed.
 */

const MAIN = join(import.meta.dirname, '../../../harness/cli/main.ts')
const PROGRAMS = join(import.meta.dirname, 'programs')
/** Nothing is alive so long after, no file is there, and no reaper. */
const GONE_MS = 500
/** A pause between two looks is short beside that. */
const LOOK_EVERY_MS = 5
/** The last quarter of a kind may not come again: how often something is killed depends on who is quicker. */
const COMES_AGAIN = 0.75

/** What is known of a kind of moment: how often it came. */
type Moments = ReadonlyMap<string, number>

interface Command {
  readonly name: string
  readonly args: readonly string[]
}

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly goneMs: number
  readonly launched: number
}

const random = makeRandom()
const CHECK: Command = {
  name: 'check',
  args: ['check', 'sidecar', '--config', 'contract.json', '--only', 'start,announce,fleet,stop'],
}
const BUILD: Command = { name: 'build', args: ['build', '--config', 'build.json'] }

let directory: string
let runs = 0
let bystander: Victim
let endVictims: () => Promise<void>
let checked: Moments
let built: Moments

/** Runs a command in a temporary directory of its own, and looks what is left of it from the moment in which it ended. */
async function run(
  { args }: Command,
  moment: { at?: string; by?: string } = {},
): Promise<Ended & { said: string }> {
  const place = join(directory, String(++runs))
  const temporary = join(place, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const knownBy = `${Math.floor(Math.random() * 1e9)}`
  const [moments, spawned] = ['moments', 'spawned'].map(name => join(place, name)) as [string, string]
  for (const file of [moments, spawned]) writeFileSync(file, '')
  const env = { KNOWN_BY: knownBy, ...(moment.by === undefined ? {} : { KILLS_AT: moment.by }) }
  writeFileSync(join(place, 'contract.json'), JSON.stringify({ env, budgets: { graceMs: 1_000 } }))
  writeFileSync(join(place, 'main.ts'), `console.log(${JSON.stringify(knownBy)})\n`)
  writeFileSync(join(place, 'package.json'), '{}')
  writeFileSync(join(place, 'build.json'), JSON.stringify({ binary: 'out/app', build: { entry: 'main.ts' } }))
  await copyFile(join(directory, 'sidecar'), join(place, 'sidecar'))
  const child = spawn(process.execPath, ['--import', join(PROGRAMS, 'dies-at.ts'), MAIN, ...args], {
    cwd: place,
    env: { ...process.env, TMPDIR: temporary, MOMENTS: moments, SPAWNED: spawned, DIES_AT: moment.at ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 4 * PATIENCE_MS,
    killSignal: 'SIGKILL',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      said += chunk
    })
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  const since = performance.now()
  const launched = readFileSync(spawned, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => line.split(' '))
    .map(([pid, start]) => ({ pid: Number(pid), start }))
  const own = () => launched.filter(({ pid, start }) => isAlive(pid) && startOf(pid) === start)
  const left = () => ({
    alive: [...own().map(({ pid }) => pid), ...processesNamed(`600.${knownBy}`), ...processesWith(place)],
    files: [
      ...readdirSync(temporary),
      ...readdirSync(place)
        .filter(name => name === 'out')
        .flatMap(unfinished),
    ],
  })
  const unfinished = () => readdirSync(join(place, 'out')).filter(name => name.endsWith('.unfinished'))
  for (;;) {
    const { alive, files } = left()
    const goneMs = performance.now() - since
    if (alive.length + files.length === 0) return { code, signal, goneMs, launched: launched.length, said }
    if (goneMs > PATIENCE_MS) {
      const commands = alive.map(commandOf)
      for (const pid of alive) endProcess(pid)
      throw new Error(`after ${PATIENCE_MS} ms there still was ${JSON.stringify({ commands, files })}`)
    }
    await delay(LOOK_EVERY_MS)
  }
}

/** What a run that is left alone goes through. */
async function goThrough(command: Command, code: number): Promise<Moments> {
  const ended = await run(command)
  expect(ended, ended.said).toMatchObject({ signal: null, code })
  const lines = readFileSync(join(directory, String(runs), 'moments'), 'utf8')
    .trim()
    .split('\n')
  const counts = new Map<string, number>()
  for (const line of lines) {
    const [, kind = '', count = ''] = /^(.*) (\d+)$/.exec(line) ?? []
    counts.set(kind, Number(count))
  }
  return counts
}

function draw(moments: Moments): string {
  const kinds = [...moments.keys()]
  const kind = kinds[random(kinds.length)] ?? ''
  return `${kind} ${1 + random(Math.max(1, Math.floor((moments.get(kind) ?? 1) * COMES_AGAIN)))}`
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'moments-'))
  const source = readFileSync(join(PROGRAMS, 'parent.cjs'), 'utf8')
  await writeFile(join(directory, 'sidecar'), `#!${process.execPath}\n${source}`)
  await chmod(join(directory, 'sidecar'), 0o755)
  const victims = await makeVictims()
  endVictims = victims.end
  bystander = await victims.start()
  checked = await goThrough(CHECK, 0)
  built = await goThrough(BUILD, 0)
}, 8 * PATIENCE_MS)

afterAll(async () => {
  await endVictims?.()
  await rm(directory, { recursive: true, maxRetries: 5 })
})

describe(`a harness that is killed outright (SPEC_SEED=${SEED}) leaves nothing, and others go on:`, () => {
  const chosen: [string, Command, (moments: Moments) => { at?: string; by?: string }][] = [
    ['before the reaper is there', CHECK, () => ({ at: 'before the spawn of sh 1' })],
    ['with the reaper, and no life', CHECK, () => ({ at: 'after the spawn of sh 1' })],
    ['between the mark and the spawn', CHECK, () => ({ at: 'before the spawn of sidecar 2' })],
    ['after the spawn', CHECK, () => ({ at: 'after the spawn of sidecar 1' })],
    ['before a stop', CHECK, () => ({ at: 'before a signal 1' })],
    ['during a stop', CHECK, () => ({ at: 'after a signal 1' })],
    ['by the sidecar, at its first instruction', CHECK, () => ({ by: 'at the first instruction' })],
    ['by the sidecar, with its children born', CHECK, () => ({ by: 'with its children born' })],
    ['by the sidecar, after its announcement', CHECK, () => ({ by: 'right after the announcement' })],
    ['by the sidecar, in a request', CHECK, () => ({ by: 'in the middle of a request' })],
    ['by the sidecar, when it is told to end', CHECK, () => ({ by: 'when it is told to end' })],
    ['by the sidecar, with its children dead', CHECK, () => ({ by: 'with its children dead' })],
    ['in the build, as pkg begins', BUILD, () => ({ at: 'after the spawn of node 1' })],
    ['in the build, before its binary is in its place', BUILD, () => ({ at: 'before rename 1' })],
    ...Array.from({ length: 12 }, (_, index): (typeof chosen)[number] => [
      `somewhere in the gate, ${index + 1}`,
      CHECK,
      moments => ({ at: draw(moments) }),
    ]),
    ['somewhere in the build', BUILD, moments => ({ at: draw(moments) })],
  ]

  test.for(chosen)('%s', { timeout: 5 * PATIENCE_MS }, async ([, command, choose], { annotate }) => {
    const moment = choose(command === CHECK ? checked : built)

    const { signal, goneMs, launched, said } = await run(command, moment)

    await annotate(
      `${command.name}, ${moment.at ?? moment.by}: ${launched} launched, all gone after ${Math.round(goneMs)} ms`,
    )
    expect(signal, said).toBe('SIGKILL')
    expect(goneMs).toBeLessThan(GONE_MS)
    expect(bystander.leaders.every(isAlive)).toBe(true)
    expect(bystander.alive().length).toBeGreaterThanOrEqual(5)
    expect(readdirSync(bystander.temporary)).toHaveLength(1)
  })
})
