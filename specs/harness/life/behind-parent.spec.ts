import { describe, expect } from 'vitest'
import { parentOf } from './processes.ts'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, test, theEvent } from './stage.ts'
import { PATIENCE_MS } from './until.ts'

const THROUGH_PARENT = { launch: { throughParent: true } }

describe('a life behind a parent', () => {
  test('is announced, answers, and tells the parent from the sidecar', async ({ stage }) => {
    const program = await stage.node(HEALTHY_SERVER + ANNOUNCE)
    const life = await stage.launch(program, {}, THROUGH_PARENT)
    expect(await life.ready()).toBe(true)
    await life.look('ready')

    const launched = theEvent(life, 'launched')
    const sidecar = theEvent(life, 'found-behind-parent').process
    expect(launched).toMatchObject({ pid: life.identity?.pid, isParent: true })
    expect(sidecar.command).toContain(program)
    expect(parentOf(sidecar.pid)).toBe(launched.pid)
    const port = life.announcement?.port
    expect(theEvent(life, 'listeners').listeners).toEqual([{ address: '127.0.0.1', port, pid: sidecar.pid }])
    expect(life.toRecording()).toMatchObject({
      stdout: { transport: 'socketpair' },
      stderr: { transport: 'socketpair' },
    })
    await life.end()
  })

  test('gives the sidecar the environment, the arguments and the directory of any other', async ({
    stage,
  }) => {
    const program = await stage.shell('env | sort >&2; pwd >&2; echo "$*" >&2; exit 0')
    const said: string[] = []
    for (const plan of [{}, THROUGH_PARENT]) {
      const life = await stage.launch(program, { args: ['one', 'two'] }, plan)
      await life.exits(PATIENCE_MS)
      const { id, sandbox } = life
      await life.end()
      const text = life.toRecording().stderr.lines.map(line => line.text)
      said.push(text.join('\n').replaceAll(sandbox.root, '<root>').replaceAll(id, '<id>'))
    }

    expect(said[1]).toBe(said[0])
    expect(said[0]).toMatch(/\n<root>\/work\none two$/)
  })

  test('goes on after the parent was killed, and is waited for until it is gone, or not any longer', async ({
    stage,
  }) => {
    const stays = `process.stdin.on('error', () => {}).resume()`
    const leaves = `process.stdin.on('end', () => setTimeout(() => process.exit(0), 200)).resume()`
    const [patient, leaving] = await Promise.all(
      [stays, leaves].map(async way => {
        const program = await stage.node(HEALTHY_SERVER + ANNOUNCE + way)
        const life = await stage.launch(program, {}, THROUGH_PARENT)
        expect(await life.ready()).toBe(true)
        life.signal('SIGKILL')
        expect(await life.exits(PATIENCE_MS)).toBe(true)
        return life
      }),
    )
    if (patient === undefined || leaving === undefined) throw new Error('two were launched')

    await Promise.all([patient.vanishes(300), leaving.vanishes(PATIENCE_MS)])
    await Promise.all([patient.end(), leaving.end()])

    expect(eventsOf(patient, 'tree-gone')).toEqual([])
    expect(theEvent(patient, 'deadline')).toMatchObject({ waitedFor: 'tree', budgetMs: 300 })
    expect(theEvent(patient, 'leftovers').processes).toHaveLength(1)
    expect(eventsOf(leaving, 'deadline')).toEqual([])
    const waited = theEvent(leaving, 'tree-gone').atMs - theEvent(leaving, 'exit').atMs
    expect(waited).toBeGreaterThanOrEqual(190)
    expect(theEvent(leaving, 'leftovers').processes).toEqual([])
  })

  test('ends with a sidecar that ends by itself, or that cannot be launched', async ({ stage }) => {
    const program = await stage.shell('echo "no licence" >&2; exit 3')
    const life = await stage.launch(program, {}, THROUGH_PARENT)
    expect(await life.ready()).toBe(false)
    await life.end()
    expect(theEvent(life, 'exit')).toMatchObject({ code: 3, signal: null })
    expect(life.toRecording().stderr.lines.map(({ text }) => text)).toEqual(['no licence'])

    const missing = await stage.launch('/nonexistent/backend', {}, THROUGH_PARENT)
    expect(await missing.ready()).toBe(false)
    await missing.end()
    expect(theEvent(missing, 'exit')).toMatchObject({ code: 127 })
  })
})
