import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { type Place, test } from './command.ts'

/* What a terminal shows while it waits: the command runs on one that util-linux makes. */

const ERASE = '\r\u001B[2K'
const IS_POSSIBLE = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0
const WHY_NOT = 'there is no script of util-linux to make a terminal'

let directory: string
let sound: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'progress-'))
  sound = await makeFaulty('none', directory)
})

afterAll(() => rm(directory, { recursive: true }))

/** What the terminal was sent, without the newlines' returns. */
async function onTerminal(place: Place, env: Readonly<Record<string, string>>): Promise<string> {
  const { exitCode, stdout } = await place.start(['check', sound, '--only', 'stop/sig*'], {
    through: ['/bin/sh', '-c', 'exec script -qec "$*" /dev/null', 'sh'],
    env: { TERM: 'xterm', ...env },
  })
  expect(exitCode).toBe(0)
  return stdout.replaceAll('\r\n', '\n')
}

describe.concurrent('on a terminal', () => {
  test('one line says what is recorded, how far it is and since when; then it is gone', async ({
    place,
    skip,
  }) => {
    skip(!IS_POSSIBLE, WHY_NOT)

    const sent = await onTerminal(place, {})

    const [before = '', ...lines] = sent.split(ERASE)
    const report = lines.pop() ?? ''
    expect(before).toBe('')
    expect(lines[0]).toMatch(/^0 of \d+ scenarios, \d+\.\d s: one instance, stopped by SIGTERM$/)
    expect(lines.some(line => /^[1-9]\d* of \d+ scenarios, /.test(line))).toBe(true)
    for (const line of lines) {
      expect(line).not.toContain('\n')
      expect(line.length).toBeLessThan(80)
    }
    expect(report).toMatch(/^sidecar: /)
    expect(report).toContain('\u001B[32mpass')
  })

  test.for<[string, Record<string, string>]>([
    ['in CI', { CI: 'true' }],
    ['where it is dumb', { TERM: 'dumb' }],
  ])('there is none %s', async ([, env], { place, skip }) => {
    skip(!IS_POSSIBLE, WHY_NOT)
    const sent = await onTerminal(place, env)
    expect(sent).not.toContain(ERASE)
    expect(sent).not.toContain(' scenarios, ')
  })

  test('CI=false is no CI', async ({ place, skip }) => {
    skip(!IS_POSSIBLE, WHY_NOT)
    expect(await onTerminal(place, { CI: 'false' })).toContain(ERASE)
  })
})

test('in a log there is none', async ({ place }) => {
  const { stderr } = await place.run('check', sound, '--only', 'stop/sig*')
  expect(stderr).toBe('')
})
