import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe } from '../artifact/headers.ts'
import { type Place, test } from './command.ts'

/* `sidecar-harness check --target`: a binary for another machine, as far as its file tells. */

const MACOS = 'aarch64-apple-darwin'
const WINDOWS = 'x86_64-pc-windows-msvc'
const NOTHING_LAUNCHED = `Judged for ${MACOS} by its file alone: nothing was launched.`
const CANNOT = /^a program for macOS on arm64 \(AArch64\) cannot be launched on this machine$/

// A machine that launches what is judged here has nothing to skip.
describe.skipIf(process.platform !== 'linux')('a binary for another machine', { concurrent: true }, () => {
  test('passes by its file, and is told not to have been launched', async ({ place }) => {
    const sound = await place.write(`app-${MACOS}`, makeMachO(CPU_ARM64), 0o755)
    const { code, stdout } = await place.run('check', sound, '--target', MACOS)
    expect(code).toBe(0)
    expect(stdout).toContain(`\n  ${NOTHING_LAUNCHED}\n`)
    expect(stdout).toMatch(
      new RegExp(`\ntarget   judged for ${MACOS} by its file alone: \\d\\d clauses not judged\n`),
    )
    expect(stdout).toMatch(/\npass {5}5 pass, 0 fail, \d\d skipped; /)
    expect(place.leftovers()).toEqual([])
  })

  test('is told in the verdict, and in a recording that is judged again', async ({ place }) => {
    const sound = await place.write(`app-${MACOS}`, makeMachO(CPU_ARM64), 0o755)
    const reports = ['--reporter', 'json=first.json', '--artifacts', 'kept']
    expect((await place.run('check', sound, '--target', MACOS, ...reports)).code).toBe(0)
    const first = await readVerdict(place, 'first.json')
    expect(first.file).toMatchObject({ triple: MACOS, target: MACOS })
    expect(first.lives).toEqual([])
    const skipped = first.clauses.filter(({ outcome }) => outcome === 'skipped')
    const launched = skipped.filter(({ id }) => !id.startsWith('artifact/'))
    expect(launched.length).toBeGreaterThan(50)
    for (const clause of launched) expect(clause).toMatchObject({ reason: expect.stringMatching(CANNOT) })

    expect((await place.run('replay', 'kept', '--reporter', 'json=again.json')).code).toBe(0)
    const again = await readVerdict(place, 'again.json')
    expect(again.clauses).toEqual(first.clauses)
    expect(again.file).toEqual(first.file)
  })

  test('is nowhere told as if it had been launched', async ({ place }) => {
    const sound = await place.write(`app-${MACOS}`, makeMachO(CPU_ARM64), 0o755)
    const names = ['markdown', 'html', 'junit'] as const
    const reports = names.flatMap(name => ['--reporter', `${name}=${name}`])
    expect((await place.run('check', sound, '--target', MACOS, ...reports)).code).toBe(0)
    const read = (name: string) => readFile(join(place.directory, name), 'utf8')
    expect(await read('markdown')).toContain(`\n\n${NOTHING_LAUNCHED}\n\n`)
    expect(await read('html')).toContain(`>${NOTHING_LAUNCHED}<`)
    expect(await read('junit')).toContain(`<property name="target" value="${MACOS}"/>`)
  })

  test.for<[what: string, name: string, file: Buffer, target: string, seen: string]>([
    [
      'is for another processor',
      'app',
      makeMachO(CPU_X64),
      MACOS,
      'The target is aarch64-apple-darwin, but its header says x86_64-apple-darwin.',
    ],
    [
      'is for another system',
      'app',
      makeElf({ loader: '/lib64/ld-linux-x86-64.so.2' }),
      WINDOWS,
      'It is an ELF program for Linux, and the target is x86_64-pc-windows-msvc.',
    ],
    [
      'is for another C library',
      'app',
      makeElf({ machine: 183, loader: '/lib/ld-linux-aarch64.so.1' }),
      'aarch64-unknown-linux-musl',
      'The target is aarch64-unknown-linux-musl, but its header says aarch64-unknown-linux-gnu.',
    ],
    [
      'is not signed',
      'app',
      makeMachO(CPU_ARM64, { signed: false }),
      MACOS,
      'It is for Apple Silicon and carries no code signature',
    ],
    [
      'has another name than content',
      `app-${WINDOWS}.exe`,
      makeMachO(CPU_ARM64),
      MACOS,
      `Its name says ${WINDOWS}, but its header says ${MACOS}.`,
    ],
    ['is no program', 'app', Buffer.from('<!doctype html>'), MACOS, 'It is '],
  ])('that %s fails', async ([, name, file, target, seen], { place }) => {
    const path = await place.write(name, file, 0o755)
    const { code, stdout } = await place.run('check', path, '--target', target)
    expect(code).toBe(1)
    expect(stdout).toMatch(/✖ artifact\/native-format \(must\)/)
    expect(stdout).toContain(`    seen      ${seen}`)
    expect(stdout).toContain(`--target ${target} --only artifact/native-format\n`)
  })

  test('fails where no target is named, which is told then', async ({ place }) => {
    const path = await place.write(`app-${MACOS}`, makeMachO(CPU_ARM64), 0o755)
    const { code, stdout } = await place.run('check', path)
    expect(code).toBe(1)
    expect(stdout).toContain(
      `\ntarget   a program for another machine is judged by its file alone with --target ${MACOS}\n`,
    )
    // What is no program of any machine is not.
    const page = await place.write('page', '<!doctype html>', 0o755)
    expect((await place.run('check', page)).stdout).not.toContain('--target')
  })

  test('of a contract is the one for the target, built for it where it says how', async ({ place }) => {
    const binary = 'out/app'
    await place.write('plain.json', JSON.stringify({ app: 'tauri', binary: 'app' }))
    await place.write(`app-${WINDOWS}.exe`, makePe())
    const plain = await place.run('check', '--config', 'plain.json', '--target', WINDOWS)
    expect(plain.code).toBe(0)
    expect(plain.stdout).toContain(`app-${WINDOWS}.exe\n`)

    const run = ['cp', '{triple}', '{output}']
    await place.write('built.json', JSON.stringify({ binary, build: { by: 'command', run } }))
    await place.write(MACOS, makeMachO(CPU_ARM64))
    const built = await place.run('check', '--config', 'built.json', '--target', MACOS)
    expect(built.code).toBe(0)
    expect(built.stdout).toContain(`app: out/app-${MACOS}\n`)

    const none = await place.run('check', '--config', 'plain.json', '--target', MACOS)
    expect(none.code).toBe(2)
    expect(none.stderr).toContain(
      `there is no app-${MACOS}, which is what ${MACOS} needs, but app-${WINDOWS}.exe`,
    )
  })

  test.for<[what: string, args: string[], words: string]>([
    [
      'nothing can be judged',
      ['--target', MACOS, '--only', 'stop'],
      `No clause that was selected can be judged for ${MACOS} on this machine: all of them take a launch.`,
    ],
    [
      'the target is none',
      ['--target', 'macos-arm64'],
      `"macos-arm64" is no target triple. Did you mean "${MACOS}"?`,
    ],
  ])('is no pass where %s', async ([, args, words], { place }) => {
    const path = await place.write(`app-${MACOS}`, makeMachO(CPU_ARM64), 0o755)
    const { code, stdout, stderr } = await place.run('check', path, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`${words}\n`)
  })
})

async function readVerdict(place: Place, name: string): Promise<VerdictDocument['sidecars'][number]> {
  const document = JSON.parse(await readFile(join(place.directory, name), 'utf8')) as VerdictDocument
  const [sidecar] = document.sidecars
  if (sidecar === undefined) throw new Error('there is one')
  return sidecar
}
