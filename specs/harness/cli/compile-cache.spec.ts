import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect } from 'vitest'
import { test } from './command.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** The command of a project that has the package installed; by a link to this checkout, as a workspace has it. */
async function install(project: string): Promise<string> {
  const bin = join(project, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  const command = join(bin, 'sidecar-harness')
  await symlink(join(ROOT, 'harness/cli/main.ts'), command)
  return command
}

const environment = () => {
  const { NODE_DISABLE_COMPILE_CACHE: _, NODE_COMPILE_CACHE: __, ...own } = process.env
  return own
}

describe.skipIf(process.platform === 'win32')('what Node compiled', () => {
  test('is kept in the node_modules of the project that called, and nowhere else', async ({ place }) => {
    const command = await install(place.directory)

    const { exitCode } = await execa(process.execPath, [command, '--help'], {
      env: { ...environment(), TMPDIR: place.temporary },
      extendEnv: false,
      cwd: '/',
    })

    expect(exitCode).toBe(0)
    expect(await readdir(join(place.directory, 'node_modules/.cache/sidecar-harness'))).toEqual(['compile'])
    expect(place.leftovers()).toEqual([])
  })

  test('is not missed where it cannot be kept', async ({ place }) => {
    const command = await install(place.directory)
    // A file where the directory would be: root may write to what is read-only.
    await cp(join(ROOT, 'LICENSE'), join(place.directory, 'node_modules/.cache'))

    const { exitCode, stdout, stderr } = await execa(process.execPath, [command, '--version'], {
      env: environment(),
      extendEnv: false,
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
