import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { build } from '../../../harness/build/build.ts'
import { ToolMissingError } from '../../../harness/build/errors.ts'
import type { BuildPlan } from '../../../harness/contract/contract.ts'
import { makeWorkspace, rejectionOf } from './project.ts'

/* A machine on which nothing is installed. What npm brings is specs/harness/build/bundle.spec.ts's. */

const cases: readonly [tool: string, plan: (directory: string) => BuildPlan, how: string][] = [
  [
    'bun',
    directory => ({ by: 'bun', entry: join(directory, 'main.ts') }),
    'Install it beside the harness, npm install --save-dev bun, or see https://bun.sh.',
  ],
  [
    'go',
    directory => ({ by: 'go', package: '.', directory }),
    'Install Go (https://go.dev/dl), and see that `go version` works where you build.',
  ],
  [
    'cargo',
    directory => ({ by: 'cargo', bin: null, manifest: null, profile: 'release', directory }),
    'Install Rust (https://rustup.rs), and see that `cargo --version` works where you build.',
  ],
  [
    'make',
    directory => ({ by: 'command', run: ['make', '{output}'], output: null, directory }),
    'It is the first word of `build.run`: install it, or write where it is.',
  ],
]

test.each(cases)('%s that is not there is named, with how to get it', async (tool, plan, how) => {
  const { path, remove } = await makeWorkspace({ 'main.ts': '' })
  onTestFinished(remove)
  const nothing = join(path, 'nothing')
  await mkdir(nothing)
  vi.stubEnv('PATH', nothing)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const error = await rejectionOf(build({ plan: plan(path), output: join(path, 'out', 'app') }))
  expect(error).toBeInstanceOf(ToolMissingError)
  expect((error as Error).message).toBe(`${tool} is needed to build the binary, and cannot be found. ${how}`)
  expect(await readdir(join(path, 'out'))).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'bun is found beside the entry, below the package that the entry is of',
  async () => {
    const { path, remove } = await makeWorkspace({
      'package.json': '{}',
      'sidecar/main.ts': '',
      'sidecar/node_modules/.bin/bun': '#!/bin/sh\necho this one >&2\nexit 1\n',
    })
    onTestFinished(remove)
    await chmod(join(path, 'sidecar/node_modules/.bin/bun'), 0o755)
    const plan = { by: 'bun', entry: join(path, 'sidecar/main.ts') } as const
    const error = await rejectionOf(build({ plan, output: join(path, 'out', 'app') }))
    expect((error as Error).message).toBe('bun could not make the binary (exit code 1):\n  this one')
  },
)
