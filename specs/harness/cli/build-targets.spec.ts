import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { MAIN_TARGETS } from '../../../harness/build/targets.ts'
import { hostTriple } from '../../../harness/build/triple.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe } from '../artifact/headers.ts'
import { type Place, test } from './command.ts'

/* `sidecar-harness build --target` and `--all`, by a command that copies what is called like the target. */

const [LINUX_X64 = '', LINUX_ARM64 = '', MACOS_X64 = '', MACOS_ARM64 = '', WINDOWS_X64 = ''] = MAIN_TARGETS

const CONTRACT = JSON.stringify({
  binary: 'out/app',
  build: { by: 'command', run: ['cp', '{triple}', '{output}'] },
})

describe.skipIf(process.platform === 'win32')('a build for other machines', { concurrent: true }, () => {
  test('tells whose binary it makes, and the paths alone on stdout', async ({ place }) => {
    await fill(place)
    const { code, stdout, stderr } = await place.run(
      'build',
      '--target',
      MACOS_ARM64,
      '--target',
      WINDOWS_X64,
    )
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `out/app-${MACOS_ARM64}\nout/app-${WINDOWS_X64}.exe\n`,
    })
    expect(stderr).toMatch(
      new RegExp(`^app for ${MACOS_ARM64}:\n(.+\n){3}app for ${WINDOWS_X64}:\ncommand .+\n(.+\n){2}$`),
    )
    expect(place.leftovers()).toEqual([])
  })

  test('of all targets makes all, each of which `inspect` names as it was meant', async ({ place }) => {
    await fill(place)
    const { code, stdout } = await place.run('build', '--all')
    expect(code).toBe(0)
    const files = stdout.trim().split('\n')
    const inspected = await place.run('inspect', '--json', ...files)
    const told = JSON.parse(inspected.stdout) as { files: { name: string; triple: string }[] }
    expect(told.files.map(({ name, triple }) => [name.replace(/\.exe$/, ''), triple])).toEqual(
      MAIN_TARGETS.map(triple => [`app-${triple}`, triple]),
    )
  })

  test('of which some cannot be made makes the others, and is no success', async ({ place }) => {
    await place.write('package.json', '{}')
    await place.write('contracts.json', JSON.stringify([contractOf('one'), contractOf('two', 'universal')]))
    await fill(place)
    const { code, stdout, stderr } = await place.run('build', '--config', 'contracts.json', '--all')
    expect(code).toBe(3)
    const others = MAIN_TARGETS.filter(triple => triple !== hostTriple())
    for (const triple of others) {
      expect(stderr).toContain(`two for ${triple}:\nNo binary for ${triple}: nothing tells \`cp universal`)
    }
    const made = 2 * MAIN_TARGETS.length - others.length
    expect(stdout.trim().split('\n')).toHaveLength(made)
    expect(readdirSync(join(place.directory, 'out'))).toHaveLength(made)
  })

  test('of which one fails ends there', async ({ place }) => {
    await place.write('sidecar.config.json', CONTRACT)
    const { code, stderr } = await place.run('build', '--target', MACOS_X64, '--target', WINDOWS_X64)
    expect(code).toBe(3)
    expect(stderr).toContain(`cp could not make the binary (exit code 1):\n  cp: `)
    expect(stderr).not.toContain(WINDOWS_X64)
  })

  test.for<[string, string[], string]>([
    [
      'a typo',
      ['--target', 'aarch64-apple-darwn'],
      '"aarch64-apple-darwn" is no target triple. Did you mean "aarch64-apple-darwin"?',
    ],
    [
      'a bundle for a target',
      ['--target', MACOS_X64, '--bundle-only'],
      'A bundle is the same for all targets: leave out --target and --all.',
    ],
    [
      'all and one',
      ['--target', MACOS_X64, '--all'],
      '--all names all targets: leave out --target, or --all.',
    ],
  ])('with %s builds nothing', async ([, args, words], { place }) => {
    await fill(place)
    const { code, stdout, stderr } = await place.run('build', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
    expect(readdirSync(place.directory)).not.toContain('out')
  })
})

function contractOf(name: string, what = '{triple}'): object {
  return { name, binary: `out/${name}`, build: { by: 'command', run: ['cp', what, '{output}'] } }
}

async function fill(place: Place): Promise<void> {
  await place.write('sidecar.config.json', CONTRACT)
  await place.write(LINUX_X64, makeElf({ loader: '/lib64/ld-linux-x86-64.so.2' }))
  await place.write(LINUX_ARM64, makeElf({ machine: 183, loader: '/lib/ld-linux-aarch64.so.1' }))
  await place.write(MACOS_X64, makeMachO(CPU_X64))
  await place.write(MACOS_ARM64, makeMachO(CPU_ARM64))
  await place.write(WINDOWS_X64, makePe())
  await place.write('universal', '#!/bin/sh\n')
}
