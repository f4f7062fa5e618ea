import { describe } from 'vitest'
import { CONTRACT, RUN_MS, test } from './projects.ts'

/* Which sidecar the fixtures launch, and how long they wait for it: a Vitest each, in a project that is not ours. */

const FACE = "import { describe, expect, test } from 'sidecar-harness/vitest'\n"

describe.concurrent('which sidecar a spec is about', { timeout: RUN_MS }, () => {
  test('is chosen for a file by its name, its contract, its file, or its binary', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    const { directory, binary } = project
    await project.write(
      'sidecar.config.ts',
      `const notes = { binary: 'binaries/notes' }
      export default [{ ...notes, name: 'one' }, { ...notes, name: 'two', env: { PORT: '0' } }]`,
    )
    await project.write('other.config.json', JSON.stringify({ name: 'other', binary: 'binaries/notes' }))
    const specs = {
      name: `test.override('sidecarName', 'two')`,
      file: `test.override('config', new URL('../other.config.json', import.meta.url))`,
      contract: `test.override('contract', { name: 'given' }).override('binary', ${JSON.stringify(binary)})`,
      none: '',
    }
    for (const [name, override] of Object.entries(specs)) {
      await project.write(
        `specs/${name}.spec.ts`,
        `${FACE}${override}\ntest('is told apart', ({ sidecar }) => { expect(sidecar.name).toBe('nothing') })`,
      )
    }
    const { output } = await project.run(Object.keys(specs).map(name => `specs/${name}.spec`))

    expect(output).toContain("expected 'two' to be 'nothing'")
    expect(output).toContain("expected 'other' to be 'nothing'")
    expect(output).toContain("expected 'given' to be 'nothing'")
    expect(output).toContain(
      `ChoiceError: ${directory}/sidecar.config.ts holds several contracts, one, two: choose one by test.override('sidecarName', '…').`,
    )
  })

  test('is said to be missing where there is no contract', async ({ makeProject, expect }) => {
    const project = await makeProject()
    await project.remove('sidecar.config.ts')
    const { output, code } = await project.run(['specs/notes', '-t', 'keeps a note'])

    expect(output).toMatch(
      /ChoiceError: There is no contract \(sidecar\.config\.ts, .*\) in \S+\/specs or above it\./,
    )
    expect(code).toBe(1)
  })

  test('is SIDECAR_BINARY, whatever else is said', async ({ makeProject, expect }) => {
    const project = await makeProject()
    const { output } = await project.run(['specs/notes', '-t', 'keeps a note'], { SIDECAR_BINARY: '/bin/ls' })

    expect(output).toMatch(/SidecarNotReadyError: notes never became ready: it exited with code 0/)
  })

  test('differs in how it is launched, in a describe too', async ({ makeProject, expect }) => {
    const project = await makeProject()
    await project.write(
      'specs/notes.spec.ts',
      `${FACE}describe('with a port that is none', () => {
        test.override('launchOptions', { env: { PORT: 'none' } })
        test('refuses', ({ sidecar }) => void sidecar)
      })
      test('serves', ({ sidecar }) => void sidecar)`,
    )
    const { output } = await project.run(['specs/notes'])

    expect(output).toContain('PORT is "none", which is no port')
    expect(output).toMatch(/Tests {2}1 failed \| 1 passed/)
  })
})

// Alone: beside three other Vitests on two cores even half a second is little.
describe("deadlines end inside of Vitest's", { timeout: RUN_MS }, () => {
  test('for a start, a request, a line and a stop', async ({ makeProject, expect }) => {
    const project = await makeProject()
    await project.changeSidecar(
      ["if (pathname === '/health')", "if (pathname === '/never') return\nif (pathname === '/health')"],
      [
        'server.listen(',
        "if (process.env.STUCK === 'start') await new Promise(() => setInterval(() => {}, 1000))\nserver.listen(",
      ],
      [
        'function shutDown() {',
        "function shutDown() {\nif (process.env.STUCK === 'stop') return console.error('not now')",
      ],
    )
    await project.write('sidecar.config.ts', CONTRACT.replace('})', '  budgets: { graceMs: 20_000 },\n})'))
    await project.write(
      'specs/notes.spec.ts',
      // 5 % of it is what a busy machine has time to be late. The first to launch something also loads what launches.
      `${FACE}const stuck = at => ({ env: { STUCK: at } })
      test('warms up', { timeout: 30_000 }, ({ sidecar }) => void sidecar)
      test.concurrent('asks', { timeout: 10_000 }, async ({ sidecar }) => void (await sidecar.request('/never')))
      test.concurrent('reads', { timeout: 10_000 }, async ({ sidecar }) => void (await sidecar.logged('never', { timeoutMs: 20_000 })))
      test.concurrent('starts', { timeout: 10_000 }, async ({ fleet }) => void (await fleet(1, stuck('start'))))
      test.concurrent('stops', { timeout: 10_000 }, async ({ fleet }) => {
        const [sidecar] = await fleet(1, stuck('stop'))
        await sidecar.stop()
      })`,
    )
    const { output } = await project.run(['specs/notes'])

    const limit = 'Vitest gives this test 10.00 s: see testTimeout'
    expect(output).not.toContain('timed out')
    expect(output).toMatch(
      new RegExp(`GET /never to notes .*: no answer within \\d+ ms \\(${limit}\\); it is running`),
    )
    expect(output).toMatch(
      new RegExp(`notes logged nothing like "never" within \\S+ m?s \\(${limit}\\); it is running`),
    )
    expect(output).toMatch(
      /notes never became ready: nothing was announced within [89]\.\d\d s, and nothing listens/,
    )
    expect(output).toMatch(new RegExp(`limit +${limit}; the contract allows 10\\.00 s`))
    expect(output).toMatch(/seen +still running \S+ m?s after SIGTERM; its last words on stderr: .*"not now"/)
    expect(output).toMatch(new RegExp(`limit +${limit}; the contract allows 20\\.00 s`))
    expect(output).toMatch(/Tests {2}4 failed \| 1 passed \(5\)/)
  })
})
