import { type ChildProcess, spawn } from 'node:child_process'
import { plainEnvironment, requireHealth, type Way } from './way.ts'

export const PLAIN = 'child_process and fetch'

/** What one writes by hand: Node's own child_process, the line off stdout, one request. */
export const plain: Way = {
  name: PLAIN,
  version: process.version,
  async live(file) {
    const launchedAtMs = performance.now()
    const child = await launchPlain(file)
    const readyAtMs = performance.now()
    await stopPlain(child)
    return { readyMs: readyAtMs - launchedAtMs, stopMs: performance.now() - readyAtMs }
  },
}

/** Launches it, and comes back when it has answered. */
export async function launchPlain(file: string): Promise<ChildProcess> {
  const child = spawn(file, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment() })
  child.stderr.resume()
  const port = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${file} ended with ${code} before it had announced a port`)))
    child.stdout.on('data', chunk => {
      text += chunk
      const announced = /^BACKEND_PORT:(\d+)\n/m.exec(text)?.[1]
      if (announced !== undefined) resolve(announced)
    })
  })
  await requireHealth(`http://127.0.0.1:${port}/health`)
  return child
}

/** Comes back when it has exited. Throws where that was not by code 0. */
export function stopPlain(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${child.spawnfile} ended by ${signal ?? code} on SIGTERM`))
    })
    child.kill('SIGTERM')
  })
}
