import { writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildPlan } from '../../contract/contract.ts'
import { type BaseNode, findBaseNode } from '../base-node.ts'
import type { Builder } from '../builder.ts'
import { bundleEntry, bundleName, packageDirectory } from '../bundle.ts'
import { BuildError, TargetError } from '../errors.ts'
import { type Guard, temporaryOf } from '../guard.ts'
import { hashOf } from '../identity.ts'
import { provePayload } from '../payload.ts'
import { PACKER_LIMIT_MS, runTool } from '../tool-run.ts'
import { PKG_VERSION, requireTools, versionOf } from '../tools.ts'
import type { PkgJob } from './pkg-worker.ts'

/** A Node program, bundled by esbuild and put into a Node by pkg. */
export const pkg: Builder<Extract<BuildPlan, { by: 'pkg' }>> = {
  projectOf: ({ entry }) => packageDirectory(entry),

  async prepare({ entry }, { name, triple, isForeign, time, signal, onOutput }) {
    // It starts the Node that it is given, to ask for its version and to make the blob, and takes no second one.
    if (isForeign)
      throw new TargetError(
        triple,
        'pkg takes no Node but one that runs on this machine. `by: "sea"` builds the same program for others.',
        { tool: 'pkg' },
      )
    // Both at once: who is told of the second only after the first has been installed is sent away twice.
    requireTools(['esbuild', '@yao-pkg/pkg'])
    const base = await findBaseNode()
    const code = await time('bundle', () => bundleEntry(entry, base.version, { signal }))
    const bundle = bundleName(name)
    return {
      ingredients: { name: bundle, base, pkg: versionOf('@yao-pkg/pkg'), code: hashOf(code) },
      make: (output, guard) => runPkg({ code, name: bundle, base, output, guard, signal, onOutput }),
      prove: output => provePayload(output, code, 'pkg'),
    }
  },
}

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
  readonly onOutput?: ((line: string) => void) | undefined
}

// Beside this file, whether it runs as written or compiled.
const WORKER = fileURLToPath(new URL(`./pkg-worker${extname(import.meta.url)}`, import.meta.url))

/**
 * Puts the bundle into a copy of the base Node at `output`. Throws BuildError in pkg's words, also for what pkg only warns
 * of, and the signal's reason.
 */
export async function runPkg(request: PkgRequest): Promise<void> {
  const { code, name, base, output, guard, signal, onOutput } = request
  const { scratch } = guard
  const bundle = join(scratch, name)
  await writeFile(bundle, code)
  const job: PkgJob = { nodePath: base.path, nodeVersion: base.version, main: `../${name}`, bundle, output }
  try {
    const lines = await runTool({
      tool: 'pkg',
      phase: 'pkg',
      file: output,
      command: base.path,
      args: [WORKER, JSON.stringify(job)],
      cwd: scratch,
      environment: temporaryOf(guard),
      limitMs: PACKER_LIMIT_MS,
      guard,
      signal,
      onOutput,
    })
    refuseComplaints(lines, output)
  } catch (error) {
    throw error instanceof BuildError ? withVersion(error) : error
  }
}

/** Said beside a failure alone: another version may do as well, and the binary is proven anyway. */
function withVersion(error: BuildError): BuildError {
  const version = versionOf('@yao-pkg/pkg')
  if (version === PKG_VERSION) return error
  const [summary = ''] = error.message.split('\n')
  const said = `pkg ${version} is installed, and the harness is made for ${PKG_VERSION}.`
  const { tool, phase, file, lines } = error
  return new BuildError(summary, { tool, phase, file, lines: [...lines, said] }, { cause: error })
}

/** pkg's warnings and errors, each with the indented lines that belong to it; and postject's. */
function refuseComplaints(lines: readonly string[], file: string): void {
  let complaining = false
  const complaints = lines.filter(line => {
    if (!line.startsWith('  ')) complaining = /^> (Warning|Error!)|^(warning|error):/i.test(line)
    return complaining
  })
  if (complaints.length === 0) return
  const failure = { tool: 'pkg', phase: 'pkg', file, lines: complaints }
  throw new BuildError('pkg made a binary that it warns of:', failure)
}
