import { closeSync, openSync, readdirSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { launch } from '../../../harness/life/launch.ts'
import { eventsOf, liveToItsEnd, type Stage, test, theEvent } from './stage.ts'

/** A single string of an environment or a command line may be no longer than this (MAX_ARG_STRLEN of Linux). */
const TOO_LONG = 'x'.repeat(200_000)

/** Files that cannot be launched, and the code with which the system says so. */
const OBSTACLES: readonly {
  readonly what: string
  readonly code: string
  readonly contract?: { readonly env: Record<string, string> }
  make(stage: Stage): Promise<string>
}[] = [
  {
    what: 'an interpreter that is not installed',
    code: 'ENOENT',
    make: stage => withMode(stage, '#!/opt/no-such-interpreter\n', 0o755),
  },
  { what: 'no permission to execute', code: 'EACCES', make: stage => withMode(stage, '#!/bin/sh\n', 0o644) },
  { what: 'no file', code: 'ENOENT', make: async stage => join(stage.directory, 'nothing-here') },
  { what: 'a directory', code: 'EACCES', make: async stage => stage.directory },
  {
    what: 'an environment that is too large',
    code: 'E2BIG',
    contract: { env: { TOO_LONG } },
    make: stage => stage.shell('exit 0'),
  },
]

async function withMode(stage: Stage, text: string, mode: number): Promise<string> {
  const path = join(stage.directory, 'not-launchable')
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}

describe('a launch that fails', () => {
  test('is an event in the recording and no exception, whatever the obstacle', async ({ stage }) => {
    for (const { what, code, contract, make } of OBSTACLES) {
      const life = await stage.launch(await make(stage), contract ?? {})

      expect(life.identity, what).toBeNull()
      expect(theEvent(life, 'launch-failed'), what).toMatchObject({ code })
      expect(theEvent(life, 'launch-failed').message, what).toContain(code)
    }
  })

  test('leaves a life on which everything can be called, and nothing happens', async ({ stage }) => {
    const life = await stage.launch(join(stage.directory, 'nothing-here'))

    expect(await life.ready()).toBe(false)
    expect(await life.client.check()).toBe(false)
    expect(await life.exits(0)).toBe(true)
    await life.client.hold('silent')
    await life.look('never')
    life.signal('SIGTERM')
    life.kill('for nothing')
    await life.end()

    const types = life.toRecording().events.map(({ type }) => type)
    expect(types).toEqual(['launch', 'launch-failed', 'ended'])
    expect(life.toRecording()).toMatchObject({ stdout: { bytes: 0 }, stderr: { bytes: 0 } })
  })

  test('leaves no descriptor behind, also where not even the attempt can be made', async ({ stage }) => {
    const descriptors = () => readdirSync('/proc/self/fd').length
    await stage.launch(join(stage.directory, 'nothing-here'))
    const before = descriptors()

    for (const { contract, make } of OBSTACLES) await stage.launch(await make(stage), contract ?? {})
    const nul = launch({
      file: await stage.shell('exit 0'),
      args: ['a\0b'],
      directory: stage.directory,
      environment: {},
      stdin: 'pipe',
      pipes: stage.session.pipes,
      room: () => Buffer.alloc(1),
      onOutput() {},
      onStreamEnd() {},
      onExit() {},
    })
    await expect(nul).rejects.toThrow(/null byte/)

    expect(descriptors()).toBe(before)
  })

  test('because the file is still being written is tried again until it is not', async ({ stage }) => {
    const program = await stage.shell('exit 7')
    const writer = openSync(program, 'a')
    const launching = stage.launch(program)
    const tries = setInterval(() => {
      // Refused at least once, since it is open for writing from before the first try.
      clearInterval(tries)
      closeSync(writer)
    }, 60)

    const life = await liveToItsEnd(await launching)

    expect(eventsOf(life, 'launch-failed')).toEqual([])
    expect(theEvent(life, 'exit')).toMatchObject({ code: 7 })
  })
})
