import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, onTestFinished } from 'vitest'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { askRuntime } from '../../../harness/life/autopsy.ts'
import type { Life } from '../../../harness/life/life.ts'
import { Recorder } from '../../../harness/life/recorder.ts'
import type { EventOf } from '../../../harness/recording/recording.ts'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, rawText, type Stage, test, theEvent, untilWritten } from './stage.ts'

const GRACE_MS = 100

/** A server that goes on when it is told to stop, and does this besides. */
const GOES_ON = (does: string) => `
  process.on('SIGTERM', () => { console.error('told') })
  ${does}
  ${HEALTHY_SERVER.replace(/process\.once\('SIGTERM'.*/, '')}
  ${ANNOUNCE}`

/** Launches it, tells it to stop, waits for that in vain, and ends it. */
async function dieHanging(stage: Stage, file: string): Promise<Life> {
  const life = await stage.launch(file)
  expect(await life.ready()).toBe(true)
  life.signal('SIGTERM')
  await untilWritten(life, 'stderr', /told/)
  expect(await life.exits(GRACE_MS)).toBe(false)
  await life.end()
  return life
}

async function stateOf(stage: Stage, source: string): Promise<EventOf<'runtime-state'>> {
  return theEvent(await dieHanging(stage, await stage.node(source)), 'runtime-state')
}

describe('a Node program that is still there when its time is over', () => {
  beforeEach(({ skip }) => skip(process.platform !== 'linux', 'only /proc tells who catches SIGUSR1'))

  test('says what keeps it going: servers, sockets, timers, children, workers, watches, stdin', async ({
    stage,
  }) => {
    const event = await stateOf(
      stage,
      GOES_ON(`
        function lookForMail() {}
        setInterval(lookForMail, 60_000)
        setTimeout(() => {}, 3_600_000)
        setInterval(() => {}, 50_000).unref()
        require('node:child_process').spawn('sleep', ['30'])
        new (require('node:worker_threads').Worker)('setInterval(() => {}, 1e6)', { eval: true })
        require('node:fs').watch(process.cwd())
        process.stdin.resume()
        const other = require('node:net').createServer(() => {}).listen(0, '127.0.0.1', () =>
          require('node:net').connect(other.address().port, '127.0.0.1'))`),
    )

    expect(event.problem).toBeNull()
    expect(event).toMatchObject({
      runtime: 'node',
      pid: expect.any(Number),
      state: { workers: 1, frames: [] },
    })
    const { handles = [], timers, resources, version } = event.state ?? {}
    expect(version).toBe(process.version)
    expect(timers).toContainEqual({
      repeatMs: 60_000,
      firesInMs: expect.any(Number),
      name: 'lookForMail',
      place: { file: expect.stringContaining('program-1'), line: 5 },
    })
    expect(timers).toContainEqual(expect.objectContaining({ repeatMs: null, name: '' }))
    expect(timers).toHaveLength(2)
    expect(handles.filter(({ type, remote }) => type === 'tcp' && remote === undefined)).toHaveLength(2)
    expect(handles.filter(({ type, remote }) => type === 'tcp' && remote !== undefined)).toHaveLength(2)
    expect(handles).toContainEqual(expect.objectContaining({ type: 'process', pid: expect.any(Number) }))
    expect(handles).toContainEqual(expect.objectContaining({ type: 'fs_event', path: expect.any(String) }))
    expect(handles).toContainEqual(expect.objectContaining({ type: 'pipe', stdio: 'stdin' }))
    expect(resources).toMatchObject({ Timeout: 2, TCPServerWrap: 2 })
  })

  test.for([
    ['a loop', 'function turn() { while (!globalThis.never) turnOnce() }\nfunction turnOnce() {}'],
    ['an endless chain of promises', 'async function turn() { for (;;) await null }'],
  ])('says in which function it turns: %s', async ([, turn], { stage }) => {
    const event = await stateOf(stage, `${turn}\n${GOES_ON("process.on('SIGTERM', () => turn())")}`)

    expect(event.problem).toBeNull()
    const names = event.state?.frames.map(({ name }) => name)
    expect(names).toContain('turn')
    expect(event.state?.frames.find(({ name }) => name === 'turn')).toMatchObject({
      file: expect.stringContaining('program-1'),
      line: 2,
    })
  })

  test('says nothing in a call that does not come back, and that is recorded', async ({ stage }) => {
    const waits = "process.on('SIGTERM', () => require('node:child_process').execSync('sleep 30'))"
    const event = await stateOf(stage, GOES_ON(waits))

    expect(event.state).toBeNull()
    expect(event.problem).toMatch(/opened no inspector .* waits in a call that does not come back/)
  })

  test('that has a handler of its own for SIGUSR1 is not asked, and its words are its own', async ({
    stage,
  }) => {
    const own = GOES_ON("process.on('SIGUSR1', () => { console.error('mine'); process.exit(0) })")
    const life = await dieHanging(stage, await stage.node(own))

    expect(theEvent(life, 'runtime-state')).toMatchObject({ state: null, problem: /a handler of its own/ })
    expect(rawText(life, 'stderr')).toBe('told\nmine\n')
    // It has not ended by itself: nothing that it leaves is held against it.
    expect(eventsOf(life, 'killed')).toHaveLength(1)
  })

  test('that was told never to open an inspector is not killed by being asked', async ({ stage, skip }) => {
    skip(!process.allowedNodeEnvironmentFlags.has('--disable-sigusr1'), 'this Node has no such switch')
    const program = await stage.shell(
      `exec '${process.execPath}' --disable-sigusr1 '${await stage.node(GOES_ON(''))}'`,
    )
    const life = await dieHanging(stage, program)

    expect(theEvent(life, 'exit').signal).toBe('SIGKILL')
    expect(eventsOf(life, 'runtime-state')).toEqual([])
  })

  test('is not asked while another program has the port of inspectors', async ({ stage }) => {
    // Not the real one: specs in other files want that at the same moment.
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const life = await stage.launch(await stage.node(GOES_ON('')))
    expect(await life.ready()).toBe(true)
    life.signal('SIGTERM')
    expect(await life.exits(GRACE_MS)).toBe(false)
    const recorder = new Recorder(() => stage.session.now())
    recorder.events.push(...life.toRecording().events)
    const { identity } = life
    if (identity === null) throw new Error('it was not launched')
    const observed = { host: stage.session.host, identity, recorder }
    const unlock = await askRuntime({ ...observed, setAsideInspectorsWords: () => {} }, port)
    await unlock()

    const event = recorder.events.at(-1)
    expect(event).toMatchObject({ type: 'runtime-state', state: null })
    expect(event?.type === 'runtime-state' && event.problem).toBe(
      `another program, process ${process.pid}, listens on ${port}, where Node's inspector would`,
    )
    expect(life.hasExited).toBe(false)
  })

  test('is asked in its turn where several are to end at once', async ({ stage }) => {
    const program = await stage.node(GOES_ON(''))
    const lives = await Promise.all([1, 2, 3].map(() => dieHanging(stage, program)))

    expect(lives.map(life => theEvent(life, 'runtime-state').problem)).toEqual([null, null, null])
  })

  test('says nothing that stands in its environment or on its command line', async ({ stage }) => {
    const contract = { env: { HARMLESS: 'planted-in-env' }, args: ['planted-in-args'] }
    const life = await stage.launch(await stage.node(GOES_ON('')), contract)
    expect(await life.ready()).toBe(true)
    life.signal('SIGTERM')
    expect(await life.exits(GRACE_MS)).toBe(false)
    await life.end()

    expect(JSON.stringify(theEvent(life, 'runtime-state'))).not.toContain('planted')
  })

  test("leaves no word of the inspector's in what the sidecar has written", async ({ stage }) => {
    const heard: string[] = []
    const program = await stage.node(
      GOES_ON("setInterval(() => process.stderr.write('Debugging is fun\\nFor help'), 5)"),
    )
    const life = await stage.launch(program)
    life.onOutput((stream, chunk) => {
      if (stream === 'stderr') heard.push(chunk.toString())
    })
    expect(await life.ready()).toBe(true)
    life.signal('SIGTERM')
    expect(await life.exits(GRACE_MS)).toBe(false)
    await life.end()

    expect(theEvent(life, 'runtime-state')).toMatchObject({ problem: null })
    const written = rawText(life, 'stderr')
    const own = written.replace('told\n', '')
    expect(own).toBe('Debugging is fun\nFor help'.repeat(own.length).slice(0, own.length))
    expect(heard.join('')).not.toMatch(/ws:|attached|nodejs/)
    expect(life.toRecording().stderr.bytes).toBe(written.length)
  })
})

describe('is not asked', () => {
  test('one that ends in time', async ({ stage }) => {
    const ends = "process.removeAllListeners('SIGTERM').on('SIGTERM', () => process.exit(0))"
    const life = await stage.launch(await stage.node(GOES_ON(ends)))
    expect(await life.ready()).toBe(true)
    life.signal('SIGTERM')
    expect(await life.exits(5_000)).toBe(true)
    await life.end()

    expect(eventsOf(life, 'runtime-state')).toEqual([])
  })

  test('one that nobody has told to stop', async ({ stage }) => {
    const life = await stage.launch(await stage.node(GOES_ON('')))
    expect(await life.ready()).toBe(true)
    expect(await life.exits(GRACE_MS)).toBe(false)
    await life.end()

    expect(eventsOf(life, 'runtime-state')).toEqual([])
  })

  test('a shell with a handler for that signal', async ({ stage }) => {
    const life = await stage.launch(
      await stage.shell("trap '' TERM; trap 'echo usr1' USR1; echo up; while :; do sleep 0.01; done"),
    )
    await untilWritten(life, 'stdout', /up/)
    life.signal('SIGTERM')
    expect(await life.exits(GRACE_MS)).toBe(false)
    await life.end()

    expect(rawText(life, 'stdout')).toBe('up\n')
    expect(eventsOf(life, 'runtime-state')).toEqual([])
  })

  test('a program in C without one, which the signal would end', async ({ stage, skip }) => {
    skip(!(await hasCompiler()), NEEDS_COMPILER)
    const file = join(stage.directory, 'native')
    await writeFile(`${file}.c`, HANGS_IN_C)
    await promisify(execFile)('cc', ['-o', file, `${file}.c`])
    const life = await stage.launch(file)
    await untilWritten(life, 'stdout', /up/)
    life.signal('SIGTERM')
    expect(await life.exits(GRACE_MS)).toBe(false)
    await life.end()

    expect(theEvent(life, 'exit').signal).toBe('SIGKILL')
    expect(eventsOf(life, 'runtime-state')).toEqual([])
  })
})

const HANGS_IN_C = `
#include <signal.h>
#include <unistd.h>
int main(void) {
  signal(SIGTERM, SIG_IGN);
  if (write(1, "up\\n", 3) != 3) return 1;
  for (;;) pause();
}
`
