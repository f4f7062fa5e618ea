import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { readRecording } from '../../../harness/recording/archive.ts'
import { CONTRACT, RUN_MS, test } from './projects.ts'

/* The fixtures as their users meet them: `vitest run` in a process of its own, in a project that is not ours. */

const FACE = "import { describe, expect, test } from 'sidecar-harness/vitest'\n"

describe.concurrent('the fixtures of the face', { timeout: RUN_MS }, () => {
  test('serve the example project: each test its own sidecar, a fleet, one for a file', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    const { code, output } = await project.run(['specs/notes'])

    expect(output).toMatch(/Tests {2}7 passed \(7\)/)
    expect(code).toBe(0)
  })

  test('tell below a failure what the sidecar did, and when, and keep its recording', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write(
      'specs/notes.spec.ts',
      `${FACE}test('keeps a note', async ({ sidecar }) => {
        const saved = await sidecar.request('/notes', { method: 'POST', body: ' ' })
        expect(saved.status).toBe(201)
      })`,
    )
    const { code, output } = await project.run(['specs/notes'])

    expect(output).toMatch(
      /AssertionError: expected 422 to be 201.*\n\nWhat notes \(pid \d+\) did, and when:\n +\+0\.0 ms +launch /,
    )
    const inOrder = [
      /\+\S+ m?s +announced +port \d+/,
      /\+\S+ m?s +POST +\/notes → 422 after \S+ ms: \{"error":"a note has to say something"\}/,
      /\+\S+ m?s +SIGTERM +sent/,
      /\+\S+ m?s +exit +code 0/,
    ]
    expect(inOrder.map(line => output.search(line))).toEqual(
      inOrder.map(line => output.search(line)).sort((a, b) => a - b),
    )
    for (const line of [...inOrder, /stderr +POST \/notes 422/]) expect(output).toMatch(line)
    const [, kept = ''] = /recording {2}(\S+)/.exec(output) ?? []
    const directory = join(project.directory, kept)
    const { contract, lives } = await readRecording(directory)
    expect(contract.name).toBe('notes')
    expect(lives.map(life => life.events.at(-1)?.type)).toEqual(['ended'])
    expect(await readFile(join(directory, 'timeline.txt'), 'utf8')).toContain('POST       /notes → 422')
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect(code).toBe(1)
  })

  test('fail a test whose sidecar does not end as it should, or leaves something behind', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.changeSidecar(['process.exit(0)', 'process.exit(3)'])
    await project.write('specs/notes.spec.ts', `${FACE}test('does nothing', ({ sidecar }) => void sidecar)`)
    const { code, output } = await project.run(['specs/notes'])

    expect(output).toMatch(
      /SidecarStopError: notes did not end as it should\.\nstop\/sigterm \(must\): .*\n +expected {2}after SIGTERM it exits by itself with code 0 .*\n +seen {6}it exited with code 3/,
    )
    expect(code).toBe(1)
  })

  test('fail a test whose sidecar ends by itself in the middle, and say so beside the broken request', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.changeSidecar([
      "if (pathname === '/health')",
      "if (pathname === '/crash') { console.error('out of disk'); process.exit(70) }\nif (pathname === '/health')",
    ])
    await project.write(
      'specs/notes.spec.ts',
      `${FACE}
      test('asks', async ({ sidecar }) => void (await sidecar.request('/crash')))
      test('expects it', async ({ sidecar }) => {
        const { exited } = sidecar
        await expect(sidecar.request('/crash')).rejects.toThrow(/exited with code 70/)
        expect(await exited).toEqual({ code: 70, signal: null })
      })`,
    )
    const { output } = await project.run(['specs/notes'])

    expect(output).toMatch(
      /SidecarRequestError: GET \/crash to notes \(http:\/\/127\.0\.0\.1:\d+\): .*; it exited with code 70, \S+ m?s after its launch; its last words on stderr: .*"out of disk"/,
    )
    expect(output).toMatch(
      /SidecarExitError: notes ended by itself: it exited with code 70 \S+ m?s after its launch, and nobody had told it to/,
    )
    expect(output).toMatch(/Tests {2}1 failed \| 1 passed \(2\)/)
  })

  test('say why it never became ready, by the clause that is at the root of it', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write(
      'sidecar.config.ts',
      CONTRACT.replace('})', "  announce: 'READY:{port}',\n  budgets: { readyMs: 3_000 },\n})"),
    )
    const { output } = await project.run(['specs/notes', '-t', 'keeps a note'])

    expect(output).toMatch(
      /SidecarNotReadyError: notes never became ready: nothing was announced within 3\.00 s, though it listens on 127\.0\.0\.1:\d+.*\nannounce\/\S+ \(must\): .*\n +expected {2}READY:\{port\}.*\n +seen {6}.*"BACKEND_PORT:\d+"/,
    )
    expect(output).toMatch(/\+\S+ m?s +waited +3\.00 s for its announcement, in vain/)
  })
})
