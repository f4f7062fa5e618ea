import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

/* Times depend on the machine; which packages are loaded before anybody needs them does not. */

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../../..')
const urlOf = (file: string) => pathToFileURL(join(ROOT, file)).href

const HOOKS = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
  process.on('exit', () => process.stderr.write(JSON.stringify(loaded)))`

/** The packages that are loaded by it, in order. */
async function packagesOf(...args: string[]): Promise<string[]> {
  const hooks = `data:text/javascript,${encodeURIComponent(HOOKS)}`
  const { stderr } = await run(process.execPath, ['--import', hooks, ...args], { cwd: ROOT })
  const names = (JSON.parse(stderr) as string[]).flatMap(url => {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
    return name === undefined ? [] : [name]
  })
  return [...new Set(names)]
}

const importing = (file: string) => ['--input-type=module', '--eval', `await import('${urlOf(file)}')`]

describe.concurrent('nothing is loaded before somebody needs it', () => {
  test('a contract file, which imports defineContract, loads neither validators nor clients', async ({
    expect,
  }) => {
    expect(await packagesOf(...importing('harness/index.ts'))).toEqual(['leven'])
  })

  test('--help loads no package at all', async ({ expect }) => {
    expect(await packagesOf('harness/cli/main.ts', '--help')).toEqual([])
  })

  test('check --list loads what suggests names, and no more', async ({ expect }) => {
    expect(await packagesOf('harness/cli/main.ts', 'check', '--list')).toEqual(['leven'])
  })
})

test('this would see a package that is loaded', async () => {
  expect(await packagesOf(...importing('harness/contract/resolve.ts'))).toContain('zod')
})
