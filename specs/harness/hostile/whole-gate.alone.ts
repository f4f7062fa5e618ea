import { describe, expect } from 'vitest'
import { makeFork, makeHostile } from '../../../fixtures/hostile/make.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { type Place, test } from '../cli/command.ts'
import { BUDGETS, endure, GATE_BYTES } from './ordeal.ts'
import { contractOf, FORK_ORDEALS, ORDEALS, type Ordeal } from './ordeals.ts'

/* The whole gate, and debug, on each hostile sidecar; and what takes long by itself. */

/** Sixty lives, of which some wait for each budget. `1.5 × its lives + 500 ms`, as the gate tells it itself, was this on the slowest machine. */
const GATE_MS = 30_000
/** Three commands, or a gate twice. */
const GATES_MS = 100_000
const MEBIBYTE = 1024 ** 2
const GIBIBYTE = 1024 ** 3
/** 1 GiB takes half a second to be read where nothing else is to be done. */
const FLOOD_MS = 20_000

const compiles = await hasCompiler()

async function endureAll(place: Place, file: string, ordeal: Ordeal): Promise<void> {
  await place.write('contract.json', contractOf(ordeal))
  const config = ['--config', 'contract.json']
  const commands = [
    ['check', file, ...config, '--only', ordeal.only],
    ...(ordeal.onlyOnly === undefined ? [['check', file, ...config]] : []),
    ['debug', file, ...config, '--once', '--watch', '100'],
  ]
  for (const args of commands) {
    const { code, stderr } = await endure(place, args, GATE_MS, { mostBytes: GATE_BYTES })
    expect(stderr).not.toContain('fault of the harness')
    expect([0, 1, ...(ordeal.code === 3 ? [2, 3] : [])]).toContain(code)
    if (args[0] === 'check') expect(code).toBeGreaterThanOrEqual(Math.min(1, ordeal.code))
    // Once it has deleted itself there is nothing for the others.
    if (ordeal.name === 'deletes-itself') return
  }
}

describe('every command ends in time with one that', () => {
  test.for(ORDEALS)('$name ($only)', { timeout: GATES_MS }, async (ordeal, { place }) => {
    await endureAll(place, await makeHostile(ordeal.name, place.directory), ordeal)
  })

  test.for(FORK_ORDEALS)('multiplies as $name', { timeout: GATES_MS }, async (ordeal, { place, skip }) => {
    skip(!compiles, NEEDS_COMPILER)
    await endureAll(place, await makeFork(ordeal.name, place.directory), ordeal)
  })
})

describe('a gigabyte on', () => {
  test.for([
    ['stdout', 1],
    ['stderr', 2],
  ] as const)('%s is read in time, and not kept', async ([, stream], { place }) => {
    const file = await makeHostile('floods', place.directory)
    const env = { FLOOD_STREAM: String(stream), FLOOD_BYTES: String(GIBIBYTE) }
    const budgets = { ...BUDGETS, readyMs: FLOOD_MS }
    await place.write('contract.json', JSON.stringify({ budgets, env, health: { app: 'hostile' } }))

    const only = ['--only', 'start/within-budget,logs/stdout-machine-only']
    const { code, stdout } = await endure(
      place,
      ['check', file, '--config', 'contract.json', ...only],
      FLOOD_MS,
    )

    expect(code).toBe(stream === 1 ? 1 : 0)
    expect(stdout).toMatch(stream === 1 ? /✖ logs\/stdout-machine-only/ : /2 pass/)
  })
})

/** Of a flood ten thousand lines are kept from each of sixty lives, a hundred bytes each: twice what Node needs by itself. */
const MOST_TIMES_A_SOUND_ONE = 3.3

test.skipIf(process.platform !== 'linux')(
  'a whole gate on one that floods needs little more memory than on one that does not',
  { timeout: GATES_MS },
  async ({ place }) => {
    const file = await makeHostile('floods', place.directory)
    const peakOf = async (bytes: number) => {
      const env = { FLOOD_STREAM: '2', FLOOD_BYTES: String(bytes), FLOOD_LINES: 'varied' }
      await place.write(
        'contract.json',
        JSON.stringify({ budgets: BUDGETS, health: { app: 'hostile' }, env }),
      )
      const args = ['check', file, '--config', 'contract.json']
      return (await endure(place, args, GATE_MS, { mostBytes: GATE_BYTES })).peakBytes
    }

    const sound = await peakOf(0)
    const flooded = await peakOf(16 * MEBIBYTE)

    expect(flooded / sound).toBeLessThan(MOST_TIMES_A_SOUND_ONE)
  },
)

test('a contract module that waits on has twenty seconds, and no longer', async ({ place }) => {
  const source = 'setInterval(() => {}, 1000)\nawait new Promise(() => {})\nexport default {}\n'
  const config = await place.write('contract.mjs', source)
  const { code, stderr } = await endure(place, ['check', '--config', config], GATE_MS)
  expect(stderr).toContain('it is not loaded after 20000 ms')
  expect(code).toBe(2)
})

test('compare ends with two that never announce themselves', async ({ place }) => {
  const program = '#!/bin/sh\nexec sleep 60\n'
  const files = await Promise.all(['old', 'new'].map(name => place.write(name, program, 0o755)))
  const budgets = { ...BUDGETS, readyMs: 400 }
  const config = await place.write('contract.json', JSON.stringify({ budgets }))
  const { code } = await endure(place, ['compare', ...files, '--config', config], GATE_MS)
  expect([0, 1]).toContain(code)
})
