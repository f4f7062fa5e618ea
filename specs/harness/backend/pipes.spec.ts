import { describe, expect, it } from 'vitest'
import { exitOf, lineOf, portOf, startBackend } from './backend.ts'

describe('the reference backend, when its parent stops reading', () => {
  it('goes on serving with both streams closed, and ends with 0', async () => {
    const backend = startBackend()
    const port = await portOf(backend)
    backend.child.stdout?.destroy()
    backend.child.stderr?.destroy()

    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    backend.child.kill('SIGTERM')
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
  })

  it('survives an announcement that nobody can read', async () => {
    const backend = startBackend()
    backend.child.stdout?.destroy()

    const [, url] = await lineOf(backend, 'stderr', /^listening on (\S+)\n/)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    backend.child.kill('SIGTERM')
    expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
  })
})
