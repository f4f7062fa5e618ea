import { readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { liveToItsEnd, openStage, rawText, test, theEvent, untilWritten } from './stage.ts'
import { PATIENCE_MS } from './until.ts'

describe('the streams of a life', () => {
  test('are kept whole and apart, also when the program exits at once after writing', async ({ stage }) => {
    // More than a pipe holds, so that the last of it is still in the pipe when the program is gone.
    const program = await stage.node(`
      const { writeSync } = require('node:fs')
      for (let n = 0; n < 2000; n++) {
        writeSync(1, 'out ' + n + ' ' + 'o'.repeat(60) + '\\n')
        writeSync(2, 'err ' + n + ' ' + 'e'.repeat(60) + '\\n')
      }
      process.reallyExit(0)`)

    const life = await liveToItsEnd(await stage.launch(program))

    const { stdout, stderr } = life.toRecording()
    const numbers = Array.from({ length: 2000 }, (_, n) => n)
    expect(stdout.lines.map(({ text }) => text)).toEqual(numbers.map(n => `out ${n} ${'o'.repeat(60)}`))
    expect(stderr.lines.map(({ text }) => text)).toEqual(numbers.map(n => `err ${n} ${'e'.repeat(60)}`))
    expect(stdout.closedAtMs).not.toBeNull()
  })

  test('end with what stood there without a newline', async ({ stage }) => {
    const life = await liveToItsEnd(await stage.launch(await stage.shell(`printf 'one\\r\\ntwo\\nthr'`)))

    expect(life.toRecording().stdout.lines).toMatchObject([
      { text: 'one', ending: 'crlf' },
      { text: 'two', ending: 'lf' },
      { text: 'thr', ending: 'none' },
    ])
  })

  test('are real pipes, which a program can open again by name', async ({ stage }) => {
    const program = await stage.shell(
      'echo out > /dev/stdout; echo err > /dev/stderr; readlink /proc/self/fd/1 /proc/self/fd/2 >&2',
    )

    const life = await liveToItsEnd(await stage.launch(program))

    expect(rawText(life, 'stdout')).toBe('out\n')
    expect(rawText(life, 'stderr')).toMatch(/^err\n(\/\S*pipe-\d+ \(deleted\)|pipe:\[\d+\])\n/)
    expect(life.toRecording()).toMatchObject({ stdout: { transport: 'pipe' }, stderr: { transport: 'pipe' } })
  })

  test('break only when the life is over: a program goes on writing for as long as it wants', async ({
    stage,
  }) => {
    const program = await stage.shell(`
      trap 'echo late; echo late >&2; exit 0' TERM
      echo up >&2
      while :; do sleep 0.01; done`)
    const life = await stage.launch(program)
    await untilWritten(life, 'stderr', /up\n/)

    life.signal('SIGTERM')
    await liveToItsEnd(life)

    expect(rawText(life, 'stdout')).toBe('late\n')
    expect(rawText(life, 'stderr')).toBe('up\nlate\n')
  })
})

describe('where no FIFO can be made', () => {
  test('streams are socketpairs, just as complete, and the recording says so', async () => {
    const { PATH } = process.env
    const tools = await mkdtemp(join(tmpdir(), 'tools-'))
    onTestFinished(() => rm(tools, { recursive: true }))
    // What mkfifo does on a file system that has none.
    await writeFile(join(tools, 'mkfifo'), '#!/bin/sh\necho "Operation not permitted" >&2; exit 1\n', {
      mode: 0o755,
    })
    process.env.PATH = `${tools}:${PATH}`
    const stage = await openStage().finally(() => {
      process.env.PATH = PATH
    })
    onTestFinished(() => stage.close())

    const life = await liveToItsEnd(await stage.launch(await stage.shell('echo out; echo err >&2')))

    expect(rawText(life, 'stdout')).toBe('out\n')
    expect(rawText(life, 'stderr')).toBe('err\n')
    const socketpair = { transport: 'socketpair' }
    expect(life.toRecording()).toMatchObject({ stdout: socketpair, stderr: socketpair })
  })
})

describe('stdin', () => {
  test('stays open for as long as the program lives, and is closed by its end alone', async ({ stage }) => {
    const program = await stage.node(`
      process.stdin.on('end', () => console.error('stdin ended')).resume()
      process.on('SIGTERM', () => { console.error('told to stop'); process.exit(0) })
      // An end of stdin that was there from the start comes long before this is over.
      require('node:child_process').execFile('/bin/sh', ['-c', ':'], () => console.error('up'))`)
    const life = await stage.launch(program)
    await untilWritten(life, 'stderr', /^up\n$/)
    const { pid } = life.identity ?? { pid: 0 }
    expect(readlinkSync(`/proc/${pid}/fd/0`)).toMatch(/^(socket|pipe):/)

    life.signal('SIGTERM')
    expect(await life.exits(PATIENCE_MS)).toBe(true)
    await life.end()

    expect(rawText(life, 'stderr')).toBe('up\ntold to stop\n')
    expect(theEvent(life, 'exit')).toMatchObject({ code: 0, signal: null })
  })
})
