import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { LEAVINGS, type Leaving, takeBack } from '../../soak/lives/leave.ts'
import { findLeftovers } from '../../soak/lives/leftovers.ts'
import { takeStock } from '../../soak/lives/stock.ts'

/* What the soak does not see it never finds. */

/** What is left, and how that is told. */
const TOLD: readonly (readonly [Exclude<Leaving, 'memory'>, RegExp])[] = [
  ['process', /^processes: 1 more of "sleep 600"$/m],
  ['descriptor', /^descriptors: 1 more of "\/dev\/null"$/m],
  ['listener', /^ports: 1 more of "tcp port \d+"$/m],
  ['port', /^ports: 1 more of "udp port \d+"$/m],
  ['timer', /^handles: 1 more of "Timeout"$/m],
  ['handler', /^listeners: 1 more of "SIGUSR2"$/m],
  ['file', /^files: 1 more of "left-/m],
]

let directory: string
const usual = process.env.TMPDIR
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stock-'))
  process.env.TMPDIR = directory
})
afterEach(takeBack)
afterAll(async () => {
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
  await rm(directory, { recursive: true })
})

test.skipIf(process.platform !== 'linux').for(TOLD)('a %s that is left is found', async ([what, told]) => {
  const before = takeStock(directory)
  await LEAVINGS[what](1)
  expect(findLeftovers(before, takeStock(directory)).join('\n')).toMatch(told)
})

test.skipIf(process.platform !== 'linux')('what is gone, and what was there before, is no leftover', () => {
  mkdirSync(join(directory, 'before'))
  const before = takeStock(directory)
  const [file] = before.files
  expect(findLeftovers(before, { ...before, files: [] })).toEqual([])
  expect(findLeftovers({ ...before, files: [] }, before)).toContain(`files: 1 more of "${file}"`)
})
