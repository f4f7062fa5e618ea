import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, get, portOf, watch } from '../backend/backend.ts'
import { freePort, getOnce, nativeFile, needsCompiler, startNative, statusesIn } from './native.ts'

needsCompiler()

describe('the streams of the native sidecar', () => {
  it('hold the announcement alone on stdout, and plain logs on stderr, from start to exit', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    await (await dial(port, `${get('/health')}GET /\u001b[31m HTTP/1.1\r\n`)).received
    // Above ASCII a target is malformed, and a name in a header is not.
    await (await dial(port, 'GET /x HTTP/1.1\r\nHost: caf\u00e9\r\nConnection: close\r\n\r\n')).received
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })

    expect(sidecar.printed.stdout).toBe(`BACKEND_PORT:${port}\n`)
    const log = [
      'GET /health 200',
      'refused: malformed request',
      'GET /x 403',
      'stopping: SIGTERM',
      'stopped',
    ]
    expect(sidecar.printed.stderr).toBe([`listening on port ${port}`, ...log, ''].join('\n'))
  })

  it('are the same from the root directory, with stdin an open pipe', async () => {
    const sidecar = await startNative(undefined, { cwd: '/', stdio: 'pipe' })
    const port = await portOf(sidecar)
    expect(statusesIn(await (await dial(port, getOnce('/health'))).received)).toEqual([200])
    expect(sidecar.printed.stdout).toBe(`BACKEND_PORT:${port}\n`)
  })

  it('are no socket when it is launched with all three of them closed', async () => {
    const port = await freePort()
    const child = spawn('sh', ['-c', 'exec "$0" <&- >&- 2>&-', await nativeFile()], {
      env: { PORT: String(port) },
    })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const sidecar = watch(child)
    const received = await untilAnswered(port)

    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(received).not.toMatch(/BACKEND_PORT|listening on|^GET \/health/m)
    child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })
  })
})

it('200 native sidecars at once are all healthy, each on its own port, and all end with 0', async () => {
  const sidecars = await Promise.all(Array.from({ length: 200 }, () => startNative()))
  const ports = await Promise.all(sidecars.map(portOf))
  expect(new Set(ports).size).toBe(200)
  const answers = await Promise.all(
    ports.map(async port => (await dial(port, getOnce('/health'))).received.then(statusesIn)),
  )
  expect(answers.flat()).toEqual(Array(200).fill(200))

  for (const { child } of sidecars) child.kill('SIGINT')
  const exits = await Promise.all(sidecars.map(exitOf))
  expect(exits.filter(({ code }) => code !== 0)).toEqual([])
})

it('a program that is called anything else is the sound one', async () => {
  const sidecar = await startNative('native-sidecar-stdout-block-buffered')
  await portOf(sidecar)
})

/** Nobody can read its announcement: asks until there is an answer. */
async function untilAnswered(port: number): Promise<string> {
  const { promise: tired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`nobody answers on port ${port}`)), 4_000)
  const ask = async (): Promise<string> => {
    try {
      return await (await dial(port, 'GET /health HTTP/1.0\r\n\r\n')).received
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
      return await ask()
    }
  }
  try {
    return await Promise.race([ask(), tired])
  } finally {
    clearTimeout(timer)
  }
}
