import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BuildError, bundle } from '../../../harness/build/build.ts'
import { makeWorkspace, ROOT, rejectionOf } from './project.ts'

describe('a bundle', () => {
  it('is one CommonJS file with the workspace packages in it, that Node runs as it is', async () => {
    const { path } = await project({
      'package.json': '{ "type": "module" }',
      'src/main.ts': 'import { greeting } from "shared"\nconst text: string = greeting\nconsole.log(text)',
      'node_modules/shared/package.json': '{ "type": "module", "exports": "./index.ts" }',
      'node_modules/shared/index.ts': 'export const greeting = "good day" as const',
    })
    const { path: file, bytes } = await bundle({ entry: join(path, 'src/main.ts'), output: '/anywhere/app' })
    expect(file).toBe(join(path, 'node_modules/.cache/sidecar-harness/app.cjs'))
    expect(bytes).toBe((await readFile(file)).byteLength)
    expect((await promisify(execFile)(process.execPath, [file])).stdout).toBe('good day\n')
  })

  it('has the same bytes wherever the project lies', async () => {
    const files = {
      'package.json': '{}',
      'src/main.ts': 'import "./other.ts"',
      'src/other.ts': 'console.log(1)',
    }
    const [one, other] = [await project(files), await project(files)]
    const bundles = [one, other].map(async ({ path }) => {
      const made = await bundle({ entry: join(path, 'src/main.ts'), output: '/anywhere/app' })
      return await readFile(made.path, 'utf8')
    })
    expect(await bundles[0]).toBe(await bundles[1])
  })
})

describe('what esbuild says against a bundle', () => {
  it.each([
    [
      'a warning',
      'console.log(1)\nconsole.log(import.meta.url)',
      'src/main.ts',
      '"import.meta" is not available',
    ],
    [
      'a warning in a dependency',
      'import "careless"',
      'node_modules/careless/index.js',
      '"import.meta" is not available',
    ],
    ['a syntax error', 'const = 1', 'src/main.ts', 'Expected identifier but found "="'],
    [
      'a package that is not there',
      'import "no-such-package"',
      'src/main.ts',
      'Could not resolve "no-such-package"',
    ],
  ])('fails the build in its words, with file and line: %s', async (_, source, culprit, words) => {
    const { path } = await project({
      'package.json': '{ "type": "module" }',
      'src/main.ts': source,
      'node_modules/careless/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/careless/index.js': 'console.log(import.meta.url)',
    })
    const error = await rejectionOf(bundle({ entry: join(path, 'src/main.ts'), output: '/anywhere/app' }))
    expect(error).toBeInstanceOf(BuildError)
    expect(error).toMatchObject({ tool: 'esbuild', phase: 'bundle', file: join(path, culprit) })
    expect((error as BuildError).message).toContain(words)
    expect((error as BuildError).message).toMatch(new RegExp(`${culprit}:\\d+:\\d+:`))
  })
})

it('a tool that is not installed is named, with the command that installs it', async () => {
  const { path } = await project({ 'main.ts': '' })
  for (const folder of ['artifact', 'build', 'text', 'host']) {
    await cp(join(ROOT, 'harness', folder), join(path, folder), { recursive: true })
  }
  // Of the packages it has those alone that no user has to install.
  await cp(join(ROOT, 'node_modules/leven'), join(path, 'node_modules/leven'), {
    recursive: true,
    dereference: true,
  })
  const program = (call: string, by: string) => `
    import { build, bundle } from '${pathToFileURL(join(path, 'build/build.ts'))}'
    const entry = '${join(path, 'main.ts')}'
    const options = { entry, plan: { by: '${by}', entry }, output: '${join(path, 'app')}' }
    await ${call}(options).catch(error => console.log(error.name, error.message))`

  // Package managers set NODE_PATH, behind which there may be some.
  const env = { ...process.env, NODE_PATH: '' }
  const said = async (call: string, by = 'pkg') => {
    const args = ['--input-type=module', '--eval', program(call, by)]
    return (await promisify(execFile)(process.execPath, args, { env })).stdout
  }
  expect(await said('bundle')).toBe(
    'ToolMissingError esbuild is needed to build the binary, and cannot be found. Install what is missing beside the harness: npm install --save-dev --save-exact esbuild\n',
  )
  expect(await said('build')).toBe(
    'ToolMissingError esbuild and @yao-pkg/pkg are needed to build the binary, and cannot be found. Install what is missing beside the harness: npm install --save-dev --save-exact esbuild @yao-pkg/pkg@6.23.0\n',
  )
  expect(await said('build', 'sea')).toBe(
    Number.parseInt(process.versions.node, 10) > 25
      ? 'ToolMissingError esbuild is needed to build the binary, and cannot be found. Install what is missing beside the harness: npm install --save-dev --save-exact esbuild\n'
      : 'ToolMissingError esbuild and postject are needed to build the binary, and cannot be found. Install what is missing beside the harness: npm install --save-dev --save-exact esbuild postject@1.0.0-alpha.6\n',
  )
})

async function project(files: Record<string, string>): Promise<{ path: string }> {
  const { path, remove } = await makeWorkspace(files)
  onTestFinished(remove)
  return { path }
}
