import { execFile, spawnSync } from 'node:child_process'
import { copyFile, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { type BuiltBinary, build, hostTriple } from '../../../harness/build/build.ts'
import { TargetError } from '../../../harness/build/errors.ts'
import { hashFile, identify } from '../../../harness/build/identity.ts'
import { signMachO } from '../../../harness/build/sign-macho.ts'
import { MAIN_TARGETS } from '../../../harness/build/targets.ts'
import { withTriple } from '../../../harness/build/triple.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { isAlive } from '../life/processes.ts'
import { makeWorkspace, ROOT, rejectionOf, writeFiles } from './project.ts'

/* Go's and Rust's own compilers, where they are installed. */

/** The first build compiles the standard library, too. */
const COMPILE_MS = 120_000

const hasGo = answers('go', 'version')
const hasCargo = answers('cargo', '--version')
const GO = `go build${hasGo ? '' : ' (skipped: there is no go)'}`
const CARGO = `cargo build${hasCargo ? '' : ' (skipped: there is no cargo)'}`

describe.skipIf(!hasGo)(GO, { timeout: COMPILE_MS }, () => {
  const sources = {
    'sidecar/go.mod': 'module example.com/notes\n\ngo 1.18\n',
    'sidecar/cmd/backend/main.go': 'package main\n\nfunc main() { println("one") }\n',
    'sidecar/notes.go': 'package notes\n\nfunc Add() {}\n',
  }
  const plan = { by: 'go', package: './sidecar/cmd/backend' }

  test('makes a program of a module that lies deeper, and does not tell where it was', async () => {
    const project = await start(sources, plan)
    const built = await project.build()
    expect(built).toMatchObject({ path: project.binary, cached: false })
    expect(built.phases.map(({ name }) => name)).toEqual(['go', 'proof'])
    expect(await said(built.path)).toBe('one\n')
    expect((await stat(built.path)).mode & 0o777).toBe(0o755)
    const grep = spawnSync('grep', ['-q', '-a', '-F', project.path, built.path])
    expect(grep.status).toBe(1)
    expect(await project.binaries()).toEqual([project.name])
  })

  test('leaves a binary that comes out the same, and replaces one that does not', async () => {
    const project = await start(sources, plan)
    const first = await project.build()
    const before = await identify(first.path)
    expect(await project.build()).toMatchObject({ cached: true, sha256: first.sha256 })
    expect(await identify(first.path)).toEqual(before)
    await writeFiles(project.path, {
      'sidecar/cmd/backend/main.go': sources['sidecar/cmd/backend/main.go'].replace('one', 'two'),
    })
    expect(await project.build()).toMatchObject({ cached: false })
    expect(await said(first.path)).toBe('two\n')
  })

  test('that fails says what, and where, and leaves the old binary', async () => {
    const project = await start(sources, plan)
    const { path, sha256 } = await project.build()
    await writeFiles(project.path, {
      'sidecar/cmd/backend/main.go': 'package main\nfunc main() { nope() }\n',
    })
    const error = await rejectionOf(project.build())
    expect((error as Error).message).toMatch(
      /^go could not make the binary \(exit code \d\):\n(.*\n)* {2}\.\/main\.go:2:15: undefined: nope/,
    )
    expect(await hashFile(path)).toBe(sha256)
    expect(await project.binaries()).toEqual([project.name])
  })

  test.each(MAIN_TARGETS)('makes one for %s', async triple => {
    const project = await start(sources, plan)
    const built = await project.build(undefined, triple)
    expect(built).toMatchObject({ triple, path: withTriple(join(project.path, 'binaries/app'), triple) })
    const artifact = await describeArtifact(built.path, { verify: true })
    expect(artifact).toMatchObject({ triple, nameTriple: triple, mode: 0o755, defects: [] })
    expect(artifact.signature?.pages?.wrong ?? 0).toBe(0)
    expect(await project.build(undefined, triple)).toMatchObject({ cached: true })
  })

  test('signs for Apple Silicon as this harness does', async () => {
    const project = await start(sources, plan)
    const { path } = await project.build(undefined, 'aarch64-apple-darwin')
    const ours = join(project.path, 'ours')
    await copyFile(path, ours)
    // What Go calls all of its programs.
    await signMachO(ours, 'a.out')
    const [one, other] = [await readFile(path), await readFile(ours)]
    expect(other.length).toBe(one.length)
    const signature = one.indexOf(Buffer.from('fade0cc0', 'hex'), one.length / 2)
    const firstHash = one.indexOf('a.out\0', signature) + 'a.out\0'.length
    // Of the header, in which old ones do not round the memory that the last segment takes, and of its page's hash.
    const differing = [...one.keys()].filter(at => one[at] !== other[at])
    const isTold = (at: number) => at < 4096 || (at >= firstHash && at < firstHash + 32)
    expect(signature).toBeGreaterThan(0)
    expect(differing.filter(at => !isTold(at))).toEqual([])
    expect(differing.filter(at => at < 4096).length).toBeLessThanOrEqual(8)
  })

  test('of a package that is no program is refused, though go has no objection', async () => {
    const project = await start(sources, { by: 'go', package: 'example.com/notes' }, 'sidecar')
    const error = await rejectionOf(project.build())
    expect((error as Error).message).toMatch(
      /^go reported success, and what it made is no program for this machine:\n {2}\S/,
    )
    expect(await project.binaries()).toEqual([])
  })
})

describe.skipIf(!hasCargo)(CARGO, { timeout: COMPILE_MS }, () => {
  const main = 'fn main() { let unused = 1; println!("one"); }\n'
  const sources = {
    'Cargo.toml': '[workspace]\nmembers = ["notes"]\nresolver = "2"\n',
    'notes/Cargo.toml': '[package]\nname = "notes"\nversion = "1.0.0"\nedition = "2021"\n',
    'notes/src/main.rs': main,
  }
  const plan = { by: 'cargo', manifest: 'notes/Cargo.toml' }

  test('makes the only program of a package, wherever cargo puts it', async () => {
    const project = await start(sources, plan)
    const built = await project.build()
    expect(built).toMatchObject({ path: project.binary, cached: false })
    expect(built.phases.map(({ name }) => name)).toEqual(['cargo', 'proof'])
    expect(await said(built.path)).toBe('one\n')
    // What people are told, and nothing of what cargo tells programs.
    expect(project.printed.join('\n')).toContain('unused variable')
    expect(project.printed.join('\n')).not.toContain('"reason"')
    expect(await readdir(join(project.path, 'target'))).toContain('release')
  })

  test('leaves a binary that comes out the same, also of a build that did nothing', async () => {
    const project = await start(sources, plan)
    const first = await project.build()
    const before = await identify(first.path)
    expect(await project.build()).toMatchObject({ cached: true, sha256: first.sha256 })
    expect(await identify(first.path)).toEqual(before)
    await writeFiles(project.path, { 'notes/src/main.rs': main.replace('one', 'two') })
    expect(await project.build()).toMatchObject({ cached: false })
    expect(await said(first.path)).toBe('two\n')
  })

  test('twice at once leaves a whole binary', async () => {
    const project = await start(sources, plan)
    const [one, two] = await Promise.all([project.build(), project.build()])
    expect(one?.sha256).toBe(two?.sha256)
    expect(await said(project.binary)).toBe('one\n')
    expect(await project.binaries()).toEqual([project.name])
  })

  test('that is given up ends with all of its compilers and build scripts', async () => {
    const project = await start(sources, plan)
    const log = join(project.path, 'pid')
    await writeFiles(project.path, {
      'notes/build.rs': `fn main() {
        std::fs::write("${log}", std::process::id().to_string()).unwrap();
        loop { std::thread::sleep(std::time::Duration::from_millis(50)) }
      }`,
    })
    const abort = new AbortController()
    const reason = new Error('enough')
    const refused = rejectionOf(project.build(abort.signal))
    await expect.poll(() => readFile(log, 'utf8').catch(() => ''), { timeout: COMPILE_MS }).toMatch(/^\d+$/)
    const pid = Number(await readFile(log, 'utf8'))
    expect(isAlive(pid)).toBe(true)
    abort.abort(reason)
    expect(await refused).toBe(reason)
    expect(isAlive(pid)).toBe(false)
    expect(await project.binaries()).toEqual([])
  })

  test('of several programs wants to know which, and takes that one', async () => {
    const more = { ...sources, 'notes/src/bin/search.rs': main.replace('one', 'search') }
    const project = await start(more, plan)
    const error = await rejectionOf(project.build())
    expect((error as Error).message).toMatch(
      /^cargo has made several programs, (notes, search|search, notes): name the sidecar in `build.bin`\.$/,
    )
    const named = await start(more, { ...plan, bin: 'search', profile: 'dev' })
    expect(await said((await named.build()).path)).toBe('search\n')
  })

  test('for a target whose library is not there says how to get it', async () => {
    const project = await start(sources, plan)
    // Nobody has that one.
    const error = await rejectionOf(project.build(undefined, 'powerpc64-unknown-linux-musl'))
    expect(error).toBeInstanceOf(TargetError)
    expect((error as Error).message).toMatch(
      /^No binary for powerpc64-unknown-linux-musl: Rust's standard library for it is not installed: rustup target add powerpc64-unknown-linux-musl\n/,
    )
    expect(await project.binaries()).toEqual([])
  })

  test('of a library says that there is no program', async () => {
    const { 'notes/src/main.rs': _, ...rest } = sources
    const project = await start({ ...rest, 'notes/src/lib.rs': '' }, plan)
    const error = await rejectionOf(project.build())
    expect((error as Error).message).toBe(
      'cargo ended well and has made no program: has the package a src/main.rs, or a [[bin]]?',
    )
  })

  test('that fails says what, and where, and leaves the old binary', async () => {
    const project = await start(sources, plan)
    const { path, sha256 } = await project.build()
    await writeFiles(project.path, { 'notes/src/main.rs': 'fn main() { nope() }\n' })
    const error = await rejectionOf(project.build())
    expect((error as Error).message).toMatch(/^cargo could not make the binary \(exit code 101\):\n/)
    expect((error as Error).message).toContain('notes/src/main.rs:1:13')
    expect(await hashFile(path)).toBe(sha256)
  })
})

/** The contract's directory is the project's, or one below it. */
async function start(files: Record<string, string>, plan: object, below = '') {
  const { path, remove } = await makeWorkspace(files)
  onTestFinished(remove)
  const input = { binary: 'binaries/app', build: plan }
  const { contract } = resolveContract(input, { file: null, directory: join(path, below) })
  if (contract.build === null || contract.binary === null) throw new Error('it has both')
  const options = { plan: contract.build, output: contract.binary }
  const printed: string[] = []
  const name = `app-${hostTriple()}`
  return {
    path,
    name,
    printed,
    binary: join(path, below, 'binaries', name),
    binaries: () => readdir(join(path, below, 'binaries')),
    build: (signal?: AbortSignal, triple?: string): Promise<BuiltBinary> =>
      build({ ...options, triple }, { signal, onOutput: line => printed.push(line) }),
  }
}

async function said(binary: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(binary, { env: {} })
  return stdout + stderr
}

/** rustup's cargo is there without a toolchain, too. */
function answers(tool: string, ...args: string[]): boolean {
  return spawnSync(tool, args, { cwd: ROOT, stdio: 'ignore' }).status === 0
}
