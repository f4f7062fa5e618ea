import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { RUN_MS, test } from './projects.ts'

describe.concurrent('whatever runs the specs', { timeout: RUN_MS }, () => {
  for (const option of ['--pool=threads', '--pool=vmThreads', '--no-isolate']) {
    test(`they run with ${option}`, async ({ makeProject, expect }) => {
      const project = await makeProject()
      await project.write(
        'specs/again.spec.ts',
        await readFile(join(project.directory, 'specs/notes.spec.ts'), 'utf8'),
      )
      const { code, output } = await project.run([option, 'specs/notes', 'specs/again'])

      // Node's word for a descriptor that it would close for somebody else.
      expect(output).not.toContain('unmanaged')
      expect(output).toMatch(/Tests {2}14 passed \(14\)/)
      expect(code).toBe(0)
    })
  }
})
