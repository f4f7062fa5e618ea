import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect } from 'vitest'
import { launch } from '../../../harness/index.ts'
import {
  SidecarExitError,
  SidecarFileError,
  SidecarLogError,
  SidecarNotReadyError,
  SidecarRequestError,
  SidecarStopError,
} from '../../../harness/sidecar/errors.ts'
import { isAlive } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { caught, SERVER, test } from './programs.ts'

/* launch() as its users call it, on real programs. SIDECAR_BINARY is named by nobody here. */

describe.concurrent('launch', () => {
  test('comes back with a sidecar that is ready: asked, read, signalled, stopped', async ({
    program,
    expect,
  }) => {
    const file = await program()
    const sidecar = await launch(
      { name: 'echo' },
      { binary: file, env: { GREETING: 'hello' }, args: ['--loud'] },
    )
    try {
      expect(sidecar.url).toBe(`http://127.0.0.1:${sidecar.port}`)
      expect(sidecar.socket).toBeNull()
      expect(isAlive(sidecar.pid)).toBe(true)
      expect(sidecar.stdout).toEqual([`BACKEND_PORT:${sidecar.port}`])
      const answer = await sidecar.request('/echo?a=1', {
        method: 'PUT',
        body: 'words',
        headers: { 'x-one': '1' },
      })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        method: 'PUT',
        url: '/echo?a=1',
        body: 'words',
        greeting: 'hello',
        args: ['--loud'],
        headers: { 'x-one': '1', 'content-type': 'text/plain;charset=UTF-8', connection: 'close' },
      })
      expect(await sidecar.logged(/^PUT \/echo/)).toBe('PUT /echo?a=1')
    } finally {
      await sidecar.stop()
    }
    expect(isAlive(sidecar.pid)).toBe(false)
    expect(await sidecar.exited).toEqual({ code: 0, signal: null })
    const asked = sidecar
      .recording()
      .events.filter(event => event.type === 'request' && event.purpose === 'test')
    expect(asked).toMatchObject([{ method: 'PUT', path: '/echo?a=1' }])
  })

  test('sends what fetch sends: forms, bytes, streams; and follows redirects only where it is told to', async ({
    program,
    expect,
  }) => {
    await using sidecar = await launch({}, { binary: await program() })
    const form = new FormData()
    form.set('file', new Blob(['text']), 'a.txt')
    const sent = await (await sidecar.request('/echo', { method: 'POST', body: form })).json()
    expect(sent).toMatchObject({
      headers: { 'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/) },
    })
    expect((sent as { body: string }).body).toContain('filename="a.txt"')

    const body = new Blob(['stre', 'am']).stream()
    expect(await (await sidecar.request('/echo', { method: 'POST', body })).json()).toMatchObject({
      body: 'stream',
    })

    expect((await sidecar.request('/moved', { redirect: 'manual' })).status).toBe(302)
    expect((await sidecar.request('/moved')).url).toBe(`${sidecar.url}/echo`)
    // A test asks nobody beyond this machine because a sidecar says so.
    await expect(sidecar.request('/away')).rejects.toMatchObject({ code: 'EREMOTE' })
  })

  test('keeps what was asked out of sight that is a secret', async ({ program, expect }) => {
    await using sidecar = await launch({}, { binary: await program() })
    const answer = await sidecar.request('/echo', { headers: { authorization: 'Bearer s3cret' } })

    // Whoever asks gets it as it is.
    expect(await answer.text()).toContain('Bearer s3cret')
    await sidecar.stop()
    const events = JSON.stringify(sidecar.recording().events)
    expect(events).toContain('"authorization":"[redacted]"')
    expect(events).toContain('Bearer [redacted]')
    expect(events).not.toContain('s3cret')
  })

  test('tells no secret that it was given, by its contract or for this launch', async ({
    program,
    expect,
  }) => {
    const binary = await program(
      "console.error('with', process.env.API_KEY, 'and', process.env.DB_PASSWORD); process.exit(4)",
    )
    const env = { DB_PASSWORD: 'pa55w0rd-of-the-spec' }
    const contract = { name: 'notes', env: { API_KEY: 'k3y-of-the-cloud' } }
    const error = await caught(launch(contract, { binary, env }), SidecarNotReadyError)

    expect(error.message).toContain('with [redacted] and [redacted]')
    const kept = JSON.stringify([error.message, error.stack, error.recording, error.result])
    expect(kept).not.toMatch(/k3y-of-the-cloud|pa55w0rd-of-the-spec/)
  })

  test('throws a sentence, with what it did and when, where it never becomes ready', async ({
    program,
    expect,
  }) => {
    const binary = await program(`console.error('no such table: notes'); process.exit(4)`)
    const error = await caught(launch({ name: 'notes' }, { binary }), SidecarNotReadyError)

    expect(error.message).toMatch(
      /^notes never became ready: it exited with code 4, \S+ m?s after its launch, with nothing announced; its last words on stderr: "no such table: notes"\nstart\/within-budget \(must\): .*\n +expected {2}.*\n +seen {6}.*\n +when {6}.*\n( +.*\n)*\nWhat notes \(pid \d+\) did, and when:\n(.*\n)*.* exit +code 4/,
    )
    expect(error.recording.events.at(-1)?.type).toBe('ended')
    expect(error.result?.id).toBe('start/within-budget')
  })

  test('does not even try a file that cannot be the sidecar', async ({ program, expect }) => {
    const empty = await program('')
    await writeFile(empty, '')
    const error = await caught(launch({ name: 'notes' }, { binary: empty }), SidecarFileError)

    expect(error.message).toMatch(/^notes was not launched\.\nartifact\/native-format \(must\): /)
  })

  test('throws, when it is stopped, where that is not as its contract says', async ({ program, expect }) => {
    const sidecar = await launch(
      { name: 'notes' },
      { binary: await program(SERVER.replace('exit(0)', 'exit(143)')) },
    )
    const error = await caught(sidecar.stop(), SidecarStopError)

    expect(error.message).toMatch(
      /^notes did not end as it should\.\nstop\/sigterm \(must\): .*\n +expected .*\n +seen +it exited with code 143/,
    )
    // What it had to say, it has said.
    await sidecar[Symbol.asyncDispose]()
    expect(isAlive(sidecar.pid)).toBe(false)
  })

  test('throws nothing of a stop that the contract excuses', async ({ program, expect }) => {
    const binary = await program(SERVER.replace('exit(0)', 'exit(143)'))
    const waived = await launch({ waive: { 'stop/sigterm': 'the wrapper does that' } }, { binary })
    expect(await waived.stop()).toEqual({ code: 143, signal: null })

    const accepted = await launch({ stop: { accept: { SIGTERM: [0, 143] } } }, { binary })
    expect(await accepted.stop()).toEqual({ code: 143, signal: null })
  })

  test('throws, when it is disposed of, where it has crashed, unless somebody waits for that', async ({
    program,
    expect,
  }) => {
    const binary = await program()
    const crashed = await launch({ name: 'notes' }, { binary })
    const error = await caught(crashed.request('/crash'), SidecarRequestError)
    expect(error.code).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
    expect(error.message).toMatch(
      /^GET \/crash to notes \(http:\/\/127\.0\.0\.1:\d+\): .*; it exited with code 9, /,
    )
    expect((await caught(crashed[Symbol.asyncDispose](), SidecarExitError)).message).toMatch(
      /^notes ended by itself: it exited with code 9 .*, and nobody had told it to/,
    )

    const expected = await launch({}, { binary })
    const { exited } = expected
    await expected.request('/crash').catch(() => {})
    expect(await exited).toEqual({ code: 9, signal: null })
    await expected[Symbol.asyncDispose]()
  })

  test('finds what was logged while nobody waited, in several reads', async ({ program, expect }) => {
    await using sidecar = await launch({}, { binary: await program() })
    for (const path of ['/one', '/two', '/three']) await sidecar.request(path)
    await until(() => sidecar.stderr.includes('GET /three'), 'that all of it has come')

    for (const path of ['/one', '/two', '/three']) {
      expect(await sidecar.logged(new RegExp(`^GET ${path}$`), { timeoutMs: 1 })).toBe(`GET ${path}`)
    }
  })

  test('says what was logged instead of what was waited for', async ({ program, expect }) => {
    await using sidecar = await launch({ name: 'notes' }, { binary: await program() })
    const error = await caught(sidecar.logged('a miracle', { timeoutMs: 50 }), SidecarLogError)

    expect(error.message).toMatch(
      /^notes logged nothing like "a miracle" within 50 ms; it is running; its last words on stderr: .*"; its last words on stdout: "BACKEND_PORT:\d+"$/,
    )
  })

  test('stops waiting for a line when it is gone, and reads the last one without a newline', async ({
    program,
    expect,
  }) => {
    await using sidecar = await launch({}, { binary: await program() })
    void sidecar.exited
    const never = sidecar.logged('a miracle', { timeoutMs: 20_000 })
    const last = sidecar.logged(/goodbye$/, { timeoutMs: 20_000 })
    sidecar.request('/crash').catch(() => {})

    expect(await last).toBe('goodbye')
    expect((await caught(never, SidecarLogError)).message).toContain(
      'nothing like "a miracle"; it exited with code 9',
    )
  })

  test('asks for a port where one is given, and tells of one that is taken', async ({ program, expect }) => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }
    const binary = await program()
    try {
      expect((await caught(launch({}, { binary, port }), SidecarNotReadyError)).message).toContain(
        'EADDRINUSE',
      )
    } finally {
      holder.close()
      await once(holder, 'close')
    }
    await using sidecar = await launch({}, { binary, port })
    expect(sidecar.port).toBe(port)
  })

  test('ends what it has begun when it is aborted', async ({ program, expect }) => {
    const binary = await program(`console.error('here I am'); setInterval(() => {}, 1000)`)
    const controller = new AbortController()
    const launching = launch({}, { binary, signal: controller.signal })
    await program.untilAlive(binary)
    controller.abort(new Error('changed my mind'))

    expect((await caught(launching, Error)).message).toBe('changed my mind')
    expect(program.alive(binary)).toEqual([])
  })

  test('takes a contract from its file, and the binary that this names', async ({ program, expect }) => {
    const file = await program()
    const config = join(file, '../sidecar.config.json')
    await writeFile(
      config,
      JSON.stringify([
        { name: 'one', args: ['1'] },
        { name: 'two', args: ['2'] },
      ]),
    )

    await using sidecar = await launch(pathToFileURL(config), { sidecar: 'two', binary: file })
    expect(sidecar.name).toBe('two')
    expect(await (await sidecar.request('/echo')).json()).toMatchObject({ args: ['2'] })
  })
})

describe('a process that uses launch', () => {
  // Node 22 does not know `await using`.
  const KNOWS_USING = Number(process.versions.node.split('.')[0]) >= 24

  test.skipIf(!KNOWS_USING)('leaves nothing, however it ends', async ({ program }) => {
    const binary = await program()
    const source = `
      import { launch } from ${JSON.stringify(join(import.meta.dirname, '../../../harness/index.ts'))}
      await using one = await launch({}, { binary: ${JSON.stringify(binary)} })
      console.log(one.pid)
      await new Promise(() => setInterval(() => {}, 1000))
    `
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [pid] = await once(child.stdout, 'data')
    expect(isAlive(Number(pid))).toBe(true)

    child.kill('SIGKILL')
    await until(() => !isAlive(Number(pid)), 'the sidecar is gone')
    expect(program.alive(binary)).toEqual([])
  })
})
