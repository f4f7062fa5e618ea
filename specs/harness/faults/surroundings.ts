/** Faulty surroundings for the harness: what stands before its command line, and whether that can be had here. */

import { spawnSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { MAIN, type Place, type Ran } from '../cli/command.ts'
import { until } from '../life/until.ts'

export type Through = readonly string[]

/** The user that owns nothing, on every Linux. */
export const NOBODY: Through = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

/** Runs the rest with mounts of its own, which go with it. */
export function withMounts(script: string): Through {
  return ['unshare', '-m', 'sh', '-c', `${script} && exec "$@"`, 'sh']
}

/** Runs the rest in a network of its own: at first loopback is there and down. */
export function withNetwork(script: string): Through {
  return ['unshare', '-n', 'sh', '-c', `${script} && exec "$@"`, 'sh']
}

/** Runs the rest with limits of its own. */
export function withLimit(limit: string): Through {
  return ['prlimit', `--${limit}`]
}

/** Whether this user, on this machine, can put that before a command line; of the harness itself where nothing is said. */
export function isPossible(through: Through, command: Through = ['true']): boolean {
  const [program = '', ...args] = [...through, ...command]
  return spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/** Lets everybody into a place, through the directories of these specs above it, which are for their user alone. */
export function letEverybodyIn(place: Place): void {
  chmodSync(place.temporary, 0o1777)
  openUp(place.directory)
}

function openUp(directory: string): void {
  const { mode, uid } = statSync(directory)
  if (uid !== process.getuid?.() || (mode & 0o005) === 0o005) return
  chmodSync(directory, mode | 0o055)
  openUp(dirname(directory))
}

/** Others may not enter everybody's home. */
export const NOBODY_CAN_RUN_IT: boolean = isPossible(NOBODY, [process.execPath, MAIN, '--version'])

export const NEEDS_ROOT = 'this takes root, with unshare, prlimit, setpriv, mount and ip'

/** The path of a sidecar without a fault, in a directory that everybody may enter; there before the first test. */
export function soundSidecar(): () => string {
  let directory = ''
  let path = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'faults-'))
    openUp(directory)
    path = await makeFaulty('none', directory)
  })
  afterAll(() => rm(directory, { recursive: true }))
  return () => path
}

/** That it could not be judged, in one line and by no fault of the sidecar's; and that nothing of it is left. */
export async function expectNoVerdict(
  place: Place,
  { code, stdout, stderr }: Ran,
  said: RegExp,
): Promise<void> {
  expect(stderr).toMatch(said)
  expect(stderr).not.toContain('    at ')
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  await expectNothingLeft(place)
}

/** The reaper may still be at work when the command is over. */
export async function expectNothingLeft(place: Place): Promise<void> {
  await until(() => place.leftovers().length + place.alive().length === 0, 'nothing is left')
}

/** That it was judged, and found sound. */
export async function expectSound(place: Place, { code, stdout, stderr }: Ran): Promise<void> {
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail/m)
  await expectNothingLeft(place)
}
