import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BuildError, ToolMissingError } from '../../../harness/build/errors.ts'
import { underReaper } from '../../../harness/build/guard.ts'
import { runTool, type ToolRun } from '../../../harness/build/tool-run.ts'
import { endProcess, isAlive, processesNamed } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { makeWorkspace, rejectionOf } from './project.ts'

/* What runs a builder's tool, on programs that do what tools do on a bad day. */

/** Longer than any of this takes. */
const LIMIT_MS = 20_000
/** What a tool that is over may take to be told of: far below what it left behind lives. */
const AT_ONCE_MS = 3_000

test('a tool that goes well is told line by line, of each stream for itself', async () => {
  const told: string[] = []
  const program = `
    process.stdout.write('one\\ntw')
    process.stderr.write('\\u001b[31mwarning\\u001b[0m: \\u0007\\tat 3\\r\\n\\n')
    setTimeout(() => process.stdout.write('o\\n 10 %\\r 100 %\\nthe end, without one'), 50)`
  const lines = await run({ program, onOutput: line => told.push(line) })
  expect(lines).toEqual(told)
  expect(told.filter(line => !line.startsWith('warning'))).toEqual([
    'one',
    'two',
    ' 100 %',
    'the end, without one',
  ])
  expect(told.find(line => line.startsWith('warning'))).toBe('warning: \\x07  at 3')
})

test('of a tool that floods, the beginning and the end are kept', async () => {
  const program = `
    for (let line = 1; line <= 5000; line++) console.log('line ' + line)
    process.stdout.write('x'.repeat(1_000_000))`
  const lines = await run({ program })
  expect(lines).toHaveLength(201)
  expect(lines.slice(99, 101)).toEqual(['line 100', expect.stringMatching(/^… \d{4} lines more …$/)])
  expect(lines.at(-1)?.length).toBeLessThan(2_100)
})

describe('a tool that fails', () => {
  test('is told with its exit code and its words', async () => {
    const error = await rejectionOf(run({ program: `console.error('no rule'); process.exit(2)` }))
    expect(error).toBeInstanceOf(BuildError)
    expect(error).toMatchObject({
      message: 'maker could not make the binary (exit code 2):\n  no rule',
      tool: 'maker',
      phase: 'make',
      file: '/out/backend',
      lines: ['no rule'],
    })
  })

  test('and says nothing is told with that', async () => {
    const error = await rejectionOf(run({ program: `process.kill(process.pid, 'SIGKILL')` }))
    const how = process.platform === 'win32' ? 'exit code 1' : 'SIGKILL'
    expect(error).toMatchObject({ message: `maker could not make the binary (${how}). It printed nothing.` })
  })

  test('that is not there is named, with how to get it', async () => {
    const error = await rejectionOf(run({ command: 'no-such-tool' }))
    expect(error).toBeInstanceOf(ToolMissingError)
    expect((error as Error).message).toBe(
      'maker is needed to build the binary, and cannot be found. It is sold in shops.',
    )
  })

  test.skipIf(process.platform === 'win32')('that may not be run is told so', async () => {
    const { path, remove } = await makeWorkspace({ tool: '' })
    onTestFinished(remove)
    const error = await rejectionOf(run({ command: join(path, 'tool') }))
    expect((error as Error).message).toContain('maker could not make the binary (EACCES)')
  })
})

test('a tool of the project itself is found before one of the machine', async () => {
  const { path, remove } = await makeWorkspace({ 'node_modules/.bin/maker': '#!/bin/sh\necho ours\n' })
  onTestFinished(remove)
  await chmod(join(path, 'node_modules/.bin/maker'), 0o755)
  expect(await run({ command: 'maker', args: [], cwd: path })).toEqual(['ours'])
})

describe.skipIf(process.platform === 'win32')('with a family', () => {
  /** A child in its group, and one in a session of its own, without a mark on request; neither can be asked to end. */
  const family = async ({ isMarked = false } = {}) => {
    const { path, remove } = await makeWorkspace()
    onTestFinished(remove)
    const pids = join(path, 'pids')
    const child = `trap "" TERM INT; echo $$ >> ${pids}; while :; do sleep 0.05; done`
    await writeFile(join(path, 'child.sh'), child)
    const program = `
      const { spawn } = require('node:child_process')
      for (const detached of [true, false])
        spawn('/bin/sh', ['${path}/child.sh'], {
          detached,
          stdio: ['ignore', 'inherit', 'inherit'],
          env: ${isMarked} ? process.env : { PATH: process.env.PATH },
        })`
    const read = async () => {
      const text = await readFile(pids, 'utf8').catch(() => '')
      return (text.match(/\d+/g) ?? []).map(Number)
    }
    // Whatever a run has left, and is told of by its test.
    onTestFinished(async () => {
      for (const pid of await read()) endProcess(pid)
    })
    const complete = async () => {
      await expect.poll(async () => (await read()).length, { timeout: LIMIT_MS }).toBe(2)
      return await read()
    }
    return { path, program, complete }
  }

  test('a tool that never ends has its time, and no longer, nor has what it started', async () => {
    const { program, complete } = await family()
    const hanging = run({
      program: `${program}; console.log('at work'); setInterval(() => {}, 1000)`,
      limitMs: 1_500,
    })
    const refused = rejectionOf(hanging)
    const pids = await complete()
    expect(await refused).toMatchObject({
      message: 'maker was still at work after 1.50 s and was ended. It printed:\n  at work',
    })
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('a tool that is given up is ended with all of it', async () => {
    const { program, complete } = await family()
    const controller = new AbortController()
    const reason = new Error('enough')
    const refused = rejectionOf(
      run({ program: `${program}; setInterval(() => {}, 1000)`, signal: controller.signal }),
    )
    const pids = await complete()
    const since = performance.now()
    controller.abort(reason)
    expect(await refused).toBe(reason)
    expect(performance.now() - since).toBeLessThan(AT_ONCE_MS)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('a tool that fails leaves nothing of it', async () => {
    // Of those that it leaves behind only the mark tells.
    const { program, complete, path } = await family({ isMarked: true })
    const failing = `${program}; const { readFileSync } = require('node:fs')
      const wait = () => { try { if (readFileSync('${path}/pids', 'utf8').split('\\n').length > 2) process.exit(1) } catch {} setTimeout(wait, 5) }
      wait()`
    await rejectionOf(run({ program: failing }))
    expect((await complete()).filter(isAlive)).toEqual([])
  })

  test('a daemon that holds its output is neither waited for nor ended', async () => {
    const { path, remove } = await makeWorkspace()
    onTestFinished(remove)
    const script = join(path, 'daemon.sh')
    await writeFile(script, 'sleep 30')
    const since = performance.now()
    const program = `require('node:child_process').spawn('/bin/sh', ['${script}'], { detached: true, stdio: 'inherit' }).unref(); console.log('done')`
    expect(await run({ program })).toEqual(['done'])
    expect(performance.now() - since).toBeLessThan(AT_ONCE_MS)
    await until(() => processesNamed(script).length === 1, 'it goes on')
    for (const pid of processesNamed(script)) process.kill(-pid, 'SIGKILL')
  })
})

test('a tool is not even started where nobody wants it any more', async () => {
  const reason = new Error('enough')
  const told: string[] = []
  const program = `console.log('started')`
  const refused = run({ program, signal: AbortSignal.abort(reason), onOutput: line => told.push(line) })
  expect(await rejectionOf(refused)).toBe(reason)
  expect(told).toEqual([])
})

function run({ program = '', ...more }: Partial<ToolRun> & { program?: string }): Promise<readonly string[]> {
  return underReaper(guard =>
    runTool({
      tool: 'maker',
      phase: 'make',
      file: '/out/backend',
      command: process.execPath,
      args: ['--eval', program],
      cwd: guard.scratch,
      limitMs: LIMIT_MS,
      howToGet: 'It is sold in shops.',
      guard,
      ...more,
    }),
  )
}
