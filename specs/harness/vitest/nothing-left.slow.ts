import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe } from 'vitest'
import { processesNamed, processesWith } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { ownVariables, type Project, RUN_MS, test, VITEST } from './projects.ts'

/* Whatever becomes of a test, its worker, or Vitest: nothing of what the fixtures launched is left. */

const FACE = "import { expect, test } from 'sidecar-harness/vitest'\n"

/** Its sidecars, and whatever else carries their mark. */
function alive({ directory, binary }: Project): number[] {
  return [...new Set([...processesNamed(binary), ...processesWith(directory)])]
}

async function leftovers({ directory }: Project): Promise<string[]> {
  return (await readdir(join(directory, 'tmp'))).filter(name => name.startsWith('sidecar-harness-'))
}

async function expectNothingLeft(project: Project): Promise<void> {
  await until(() => alive(project).length === 0, 'nothing of the run lives')
  // The reaper removes directories last.
  let left = await leftovers(project)
  await until(() => {
    void leftovers(project).then(names => {
      left = names
    })
    return left.length === 0
  }, 'nothing of the run lies around')
}

/** It does not go by itself when whoever launched it is gone. */
const HELD_BY_NOBODY = [
  "process.stdin.on('end', shutDown).resume()",
  "process.on('SIGHUP', () => {})",
] as const

const ENDS = {
  'a test throws': `test('it', async ({ fleet, sharedSidecar }) => { await fleet(2); throw new Error('on purpose') })`,
  'a test waits for nobody': `test('it', ({ fleet }) => { void fleet(2); throw new Error('on purpose') })`,
  'a test hangs': `test('it', { timeout: 2_000 }, async ({ sidecar }) => { await new Promise(() => setInterval(() => {}, 1000)) })`,
  'the file throws after a test': `test('it', ({ sidecar, sharedSidecar }) => {})
    test('next', () => { queueMicrotask(() => { throw new Error('out of band') }) })`,
  'the worker is killed': `test('it', ({ sidecar }) => { process.kill(process.pid, 'SIGKILL') })`,
  'the worker exits': `test('it', ({ sidecar }) => { process.reallyExit(0) })`,
  'the sidecar ignores every signal': `test('it', ({ sidecar }) => { sidecar.signal('SIGSTOP') })`,
} as const

describe.concurrent('nothing is left', { timeout: RUN_MS }, () => {
  for (const [when, source] of Object.entries(ENDS)) {
    test(`where ${when}`, async ({ makeProject, expect }) => {
      const project = await makeProject()
      await project.changeSidecar(HELD_BY_NOBODY)
      await project.write(
        'sidecar.config.ts',
        "export default { binary: 'binaries/notes', budgets: { graceMs: 1_000 } }",
      )
      await project.write('specs/notes.spec.ts', FACE + source)
      const { code } = await project.run(['specs/notes'])

      expect(code).toBe(1)
      await expectNothingLeft(project)
    })
  }

  test('where Vitest is interrupted in the middle of a test', async ({ makeProject, expect }) => {
    const project = await makeProject()
    await project.changeSidecar(HELD_BY_NOBODY)
    await project.write(
      'specs/notes.spec.ts',
      `${FACE}test('it', { timeout: 50_000 }, async ({ fleet }) => {
        await fleet(2)
        console.log('UNDER WAY')
        await new Promise(() => setInterval(() => {}, 1000))
      })`,
    )
    const child = spawn(process.execPath, [VITEST, 'run', 'specs/notes'], {
      cwd: project.directory,
      env: { ...ownVariables(), TMPDIR: join(project.directory, 'tmp') },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: a terminal's Ctrl-C goes to all of it.
      detached: true,
    })
    const told: string[] = []
    child.stdout.on('data', chunk => told.push(String(chunk)))
    const errors = text(child.stderr)
    await until(() => told.join('').includes('UNDER WAY'), 'the test is under way')
    expect(alive(project).length).toBeGreaterThanOrEqual(2)

    const ended = once(child, 'exit')
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await ended
    await expectNothingLeft(project)
    expect(await errors).not.toContain('SidecarStopError')
  })
})
