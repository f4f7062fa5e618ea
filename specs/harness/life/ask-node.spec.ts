import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { askNode } from '../../../harness/life/ask-node.ts'
import { Inspector } from '../../../harness/life/inspector.ts'

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

/** A Node program whose inspector listens on a port of its own, and a conversation with that. */
async function converse(source: string): Promise<{ child: ChildProcess; inspector: Inspector }> {
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const lines = createInterface({ input: child.stderr })
  const [line] = (await once(lines, 'line')) as [string]
  const port = Number(/ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1])
  child.stderr.resume()
  await once(child.stdout, 'data')
  return { child, inspector: await Inspector.connect(port, AbortSignal.timeout(10_000)) }
}

describe('a Node program that is asked what keeps it going', () => {
  test.for([
    ['writes every few milliseconds', "setInterval(() => process.stderr.write('.'), 5)", ['writes']],
    ['has nothing of its own on the stack', 'setInterval(Function.prototype, 1)'],
    ['waits', 'setInterval(() => {}, 1e6)'],
  ] as const)('goes on, though it is stopped to see where it is: one that %s', async ([, does]) => {
    const { child, inspector } = await converse(`console.log('up'); ${does}`)

    const { state, problem } = await askNode(inspector, true)

    expect(problem).toBeNull()
    expect(state?.timers).toHaveLength(1)
    // Turned on and off, the debugger has let it go: it answers as before.
    await expect(inspector.call('Runtime.evaluate', { expression: '1 + 1' })).resolves.toMatchObject({
      result: { value: 2 },
    })
    inspector.close()
    expect([child.exitCode, child.signalCode]).toEqual([null, null])
  })

  test.for([
    ['exits', 'process.exit(3)', [3, null]],
    // By another: before it kills itself, Node waits for its inspector as before an exit.
    ['is killed', "require('node:child_process').execSync('kill -9 ' + process.pid)", [null, 'SIGKILL']],
  ] as const)('is not waited for once it %s, and what it said until then is kept', async ([, ends, exit]) => {
    const { child, inspector } = await converse(
      `process.report.getReport = () => ${ends}; console.log('up'); setInterval(() => {}, 1e6)`,
    )
    const exited = once(child, 'exit')
    const begunAt = performance.now()

    const { state, problem } = await askNode(inspector, false)

    expect(performance.now() - begunAt).toBeLessThan(5_000)
    expect(problem).toBe('the inspector hung up')
    expect(state).toMatchObject({ version: process.version, resources: { Timeout: 1 }, timers: null })
    inspector.close()
    expect(await exited).toEqual(exit)
  })
})
