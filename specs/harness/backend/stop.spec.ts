import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundle } from '../../../harness/build/build.ts'
import { makeWorkspace } from '../build/project.ts'
import { dial, exitOf, get, lineOf, MAIN, portOf, startBackend } from './backend.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const SIGNALS_MODULE = pathToFileURL(join(MAIN, '../signals.ts')).href

// A stop with nothing under way takes a few milliseconds; with a fallback timer it would take seconds.
const AT_ONCE_MS = 1_000

describe.each(SIGNALS)('%s ends the reference backend', signal => {
  it('at once when clients hold connections that are silent, half a request, or done', async () => {
    const backend = startBackend()
    const port = await portOf(backend)
    await dial(port)
    await dial(port, 'GET /health HTTP/1.1\r\nHost: 127.')
    const answered = await dial(port, get('/health'))
    await once(answered.socket, 'data')

    const start = performance.now()
    backend.child.kill(signal)
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
    expect(performance.now() - start).toBeLessThan(AT_ONCE_MS)
  })

  it('after what is in flight is answered, whole, with a second signal on the way', async () => {
    const backend = startBackend()
    const port = await portOf(backend)
    const silent = await dial(port)
    const { received } = await dial(port, get('/slow?ms=300'))
    await fetch(`http://127.0.0.1:${port}/health`)

    for (const each of [signal, ...SIGNALS]) {
      backend.child.kill(each)
      await lineOf(backend, 'stderr', /^stopping: /m)
    }
    expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\n.*connection: close\r\n.*"waited":300\}$/is)
    expect(await silent.received).toBe('')
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
    expect(backend.printed.stderr.match(/^stopping: /gm)).toHaveLength(1)
  })

  it('after requests that had arrived and not been read yet', async () => {
    const backend = startBackend()
    const port = await portOf(backend)
    const used = await dial(port, get('/health'))
    await once(used.socket, 'data')

    // While it is held, both requests and the signal wait in the kernel, whatever their order.
    backend.child.kill('SIGSTOP')
    used.socket.write(get('/slow?ms=1'))
    const fresh = await dial(port, get('/slow?ms=2'))
    backend.child.kill(signal)
    backend.child.kill('SIGCONT')

    expect(await fresh.received).toContain('"waited":2}')
    expect(await used.received).toContain('"waited":1}')
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
  })

  it('cleanly in the moment in which its handler is installed', async () => {
    const hook = `const on = process.on; process.on = function (name, ...rest) {
      on.call(process, name, ...rest)
      if (name === '${signal}') process.kill(process.pid, name)
      return process
    }`
    const backend = startBackend({}, ['--import', script(hook)])
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
  })

  it('cleanly while it still starts, with nothing announced', async () => {
    const longStart = `import '${SIGNALS_MODULE}'
      process.kill(process.pid, '${signal}')
      await new Promise(() => setInterval(() => {}, 1000))`
    const backend = startBackend({}, ['--import', script(longStart)])
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
    expect(backend.printed.stdout).toBe('')
  })
})

it('the handlers for signals are installed before anything else is loaded', async () => {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  const bundled = await bundle({ entry: MAIN, output: join(path, 'backend'), cacheDirectory: path })
  const code = await readFile(bundled.path, 'utf8')
  const firstModule = code.indexOf('= require("')
  for (const signal of SIGNALS) {
    expect(code.indexOf(`process.on("${signal}"`)).toBeGreaterThan(0)
    expect(code.indexOf(`process.on("${signal}"`)).toBeLessThan(firstModule)
  }
})

function script(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`
}
