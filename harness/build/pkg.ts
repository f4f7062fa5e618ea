import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'execa'
import type { BaseNode } from './base-node.ts'
import { BuildError } from './errors.ts'
import type { Guard } from './guard.ts'
import type { PkgJob } from './pkg-worker.ts'
import { PKG_VERSION, requireTools } from './tools.ts'

/** One binary to be made. */
export interface PkgRequest {
  /** The bundle. */
  readonly code: Uint8Array
  /** What stack traces inside the binary call it: `backend.cjs`. */
  readonly name: string
  readonly base: BaseNode
  /** Absolute path; there must be no file yet. */
  readonly output: string
  readonly guard: Guard
  readonly signal?: AbortSignal | undefined
}

// It takes about three seconds; a machine that is forty times slower is more likely stuck.
const PKG_LIMIT_MS = 120_000

// Beside this file, whether it runs as written or compiled.
const WORKER = fileURLToPath(new URL(`./pkg-worker${extname(import.meta.url)}`, import.meta.url))

/** The version of pkg that is installed. Throws ToolMissingError when there is none. */
export function findPkgVersion(): string {
  requireTools(['@yao-pkg/pkg'])
  const require = createRequire(import.meta.url)
  return (require('@yao-pkg/pkg/package.json') as { version: string }).version
}

/**
 * Puts the bundle into a copy of the base Node at `output`. A file that is there after a failure is
 * for the caller to remove. Throws BuildError in pkg's words, also for what pkg only warns of, and the
 * signal's reason when that aborts; pkg and what it started are gone by then.
 */
export async function runPkg({ code, name, base, output, guard, signal }: PkgRequest): Promise<void> {
  // Both only when a binary has to be made: a cached one does without, and they take longer to load than it.
  const [{ execa }, { withDir }] = await Promise.all([import('execa'), import('tmp-promise')])

  const scratchName = `sidecar-build-${guard.id}`
  guard.own(join(tmpdir(), scratchName))
  await withDir(
    async scratch => {
      const file = join(scratch.path, name)
      await writeFile(file, code)
      const job: PkgJob = {
        nodePath: base.path,
        nodeVersion: base.version,
        main: `../${name}`,
        bundle: file,
        output,
      }
      const result = await execa(base.path, [WORKER, JSON.stringify(job)], {
        env: { ...guard.environment, TMPDIR: scratch.path, TMP: scratch.path, TEMP: scratch.path },
        stdin: 'ignore',
        all: true,
        reject: false,
        timeout: PKG_LIMIT_MS,
        ...(signal === undefined ? {} : { cancelSignal: signal }),
        killDescendants: true,
        windowsHide: true,
      })
      signal?.throwIfAborted()
      judge(result, [...stripVTControlCharacters(result.all ?? '').split('\n'), ...tellVersion()], output)
    },
    { name: scratchName, mode: 0o700, unsafeCleanup: true },
  )
}

/** Said beside a failure alone: another version may do as well, and the binary is proven anyway. */
function tellVersion(): string[] {
  const version = findPkgVersion()
  return version === PKG_VERSION
    ? []
    : [`pkg ${version} is installed, and the harness is made for ${PKG_VERSION}.`]
}

type Ending = Pick<Result, 'failed' | 'timedOut' | 'exitCode' | 'signal' | 'code'>

function judge(ending: Ending, lines: readonly string[], file: string): void {
  const failure = { tool: 'pkg', phase: 'pkg', file, lines }
  if (ending.timedOut) {
    throw new BuildError(
      `pkg was still at work after ${PKG_LIMIT_MS / 1000} s and was ended. It printed:`,
      failure,
    )
  }
  if (ending.failed) {
    const how = ending.signal ?? ending.code ?? `exit code ${ending.exitCode}`
    throw new BuildError(`pkg could not make the binary (${how}):`, failure)
  }
  const complaints = findComplaints(lines)
  if (complaints.length > 0) {
    throw new BuildError('pkg made a binary that it warns of:', { ...failure, lines: complaints })
  }
}

/** pkg's warnings and errors, each with the indented lines that belong to it; and postject's. */
function findComplaints(lines: readonly string[]): string[] {
  let complaining = false
  return lines.filter(line => {
    if (!line.startsWith('  ')) complaining = /^> (Warning|Error!)|^(warning|error):/i.test(line)
    return complaining
  })
}
