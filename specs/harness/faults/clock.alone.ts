import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { type Place, test } from '../cli/command.ts'
import { expectNothingLeft, soundSidecar } from './surroundings.ts'

const sidecar = soundSidecar()

const HOUR_MS = 3_600_000

/** Has the harness's own clock, and nobody else's, jump by up to six steps, back and forth, whenever it is asked. */
async function jumping(place: Place, stepMs: number): Promise<Readonly<Record<string, string>>> {
  const file = await place.write(
    'jumps.mjs',
    `const Real = Date
     let calls = 0
     const jump = () => (++calls % 2 ? 1 : -1) * (calls % 7) * ${stepMs}
     globalThis.Date = class extends Real {
       constructor(...given) { super(...(given.length === 0 ? [Real.now() + jump()] : given)) }
       static now() { return Real.now() + jump() }
     }`,
  )
  return { NODE_OPTIONS: `--import=${pathToFileURL(file)}` }
}

test.for([
  { by: 'hours', stepMs: HOUR_MS, told: String.raw`\d+ h \d+ min` },
  { by: 'parts of a second', stepMs: 60, told: String.raw`\d+ ms` },
])('a clock that jumps by $by changes no verdict, and no duration', async ({ stepMs, told }, { place }) => {
  const env = await jumping(place, stepMs)
  const startedAtMs = performance.now()

  const { code, stdout, stderr } = await place.runWith(
    { env },
    ...['check', sidecar(), '--reporter', 'json=gate.json'],
  )

  const tookMs = performance.now() - startedAtMs
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    new RegExp(
      `^- skipped {2}health/clock: this machine's clock was set by ${told} while it was judged: judge it again$`,
      'm',
    ),
  )
  const document: VerdictDocument = JSON.parse(readFileSync(join(place.directory, 'gate.json'), 'utf8'))
  const lives = document.sidecars.flatMap(({ lives }) => lives)
  expect(document.durationMs).toBeLessThan(tookMs)
  expect(document.phases.every(({ ms }) => ms >= 0 && ms < tookMs)).toBe(true)
  expect(lives.every(({ durationMs }) => durationMs > 0 && durationMs < tookMs)).toBe(true)
  expect(lives.filter(({ readyMs }) => readyMs !== null && (readyMs <= 0 || readyMs > tookMs))).toEqual([])
  await expectNothingLeft(place)
})

test('a sidecar that never answers is given its budget by a clock that jumps, and no more', async ({
  place,
}) => {
  const env = await jumping(place, HOUR_MS)
  const silent = await place.write('silent', '#!/bin/sh\nexec sleep 60\n', 0o755)
  await place.write('contract.json', JSON.stringify({ budgets: { readyMs: 1_000 } }))

  const { code, stdout } = await place.runWith(
    { env },
    ...['check', silent, '--config', 'contract.json', '--only', 'start/within-budget'],
  )

  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^ +seen +nothing was announced within 1\.00 s/m),
  })
  await expectNothingLeft(place)
})
