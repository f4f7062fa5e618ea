import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { NODE_BLOB_OWNER } from '../../artifact/payload-node.ts'
import type { BuildPlan } from '../../contract/contract.ts'
import { type BaseNode, findBaseNode } from '../base-node.ts'
import type { Builder } from '../builder.ts'
import { bundleEntry, bundleName, packageDirectory } from '../bundle.ts'
import { BuildError } from '../errors.ts'
import type { Guard } from '../guard.ts'
import { hashOf } from '../identity.ts'
import { provePayload } from '../payload.ts'
import { proveProgram } from '../program.ts'
import { PACKER_LIMIT_MS, runTool } from '../tool-run.ts'
import { requireTools, versionOf } from '../tools.ts'

/**
 * A Node program, bundled by esbuild and made a single executable by Node itself. The Node that makes it is the one that
 * it is put into: another version's blob crashes at the start.
 */
export const sea: Builder<Extract<BuildPlan, { by: 'sea' }>> = {
  projectOf: ({ entry }) => packageDirectory(entry),

  async prepare({ entry }, { name, triple, isForeign, time, signal, onOutput }) {
    const base = await findBaseNode()
    // Both at once: who is told of the second only after the first has been installed is sent away twice.
    requireTools(canInject(base) ? ['esbuild'] : ['esbuild', 'postject'])
    const code = await time('bundle', () => bundleEntry(entry, base.version, { signal }))
    const bundle = bundleName(name)
    const injector = canInject(base) ? 'node' : versionOf('postject')
    return {
      ingredients: { name: bundle, base, injector, code: hashOf(code) },
      make: (output, guard) => runSea({ code, name: bundle, base, output, guard, signal, onOutput }),
      async prove(output) {
        await provePayload(output, code, 'sea')
        await proveProgram(output, { tool: 'sea', triple, isForeign, takesScripts: false })
      },
    }
  },
}

/** One binary to be made. */
export interface SeaRequest {
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

/**
 * Puts the bundle into a copy of the base Node at `output`. Throws BuildError in the words of Node and postject, also for
 * what they only warn of, and the signal's reason.
 */
export async function runSea(request: SeaRequest): Promise<void> {
  const { base, code, name, guard, output } = request
  await writeFile(join(guard.scratch, name), code)
  await (canInject(base) ? buildByNode(request) : buildByPostject(request))
  // Whoever changes a signed program has to sign it again, or macOS kills it.
  if (process.platform === 'darwin') await runStep(request, 'codesign', ['--sign', '-', output])
}

const CONFIG = 'sea-config.json'
const BLOB = 'application.blob'

/** https://nodejs.org/api/single-executable-applications.html: the name that Node looks for in itself. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const MACHO_SEGMENT = 'NODE_SEA'

/**
 * What postject's parser says of every ELF program with notes like Node's; the proof reads the note that matters.
 * https://github.com/nodejs/postject/issues/83
 */
const NOISE = /^warning: Can't find string offset for section name '\.note/

/** From Node 25.5 on it needs nobody else. */
function canInject({ version }: BaseNode): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 25 || (major === 25 && minor >= 5)
}

async function buildByNode(request: SeaRequest): Promise<void> {
  await writeConfig(request, { output: request.output, executable: request.base.path })
  await runStep(request, request.base.path, ['--build-sea', CONFIG])
}

async function buildByPostject(request: SeaRequest): Promise<void> {
  const { base, output, guard } = request
  await writeConfig(request, { output: BLOB })
  await runStep(request, base.path, ['--experimental-sea-config', CONFIG])
  await copyFile(base.path, output)
  // Where a store of packages keeps its files from being written.
  await chmod(output, 0o700)
  const isMac = process.platform === 'darwin'
  if (isMac) await runStep(request, 'codesign', ['--remove-signature', output])
  const segment = isMac ? ['--macho-segment-name', MACHO_SEGMENT] : []
  const program = createRequire(import.meta.url).resolve('postject/dist/cli.js')
  const blob = join(guard.scratch, BLOB)
  await runStep(request, base.path, [
    program,
    output,
    NODE_BLOB_OWNER,
    blob,
    '--sentinel-fuse',
    FUSE,
    ...segment,
  ])
}

function writeConfig({ name, guard }: SeaRequest, where: object): Promise<void> {
  const config = {
    // Relative: the path becomes part of the binary.
    main: name,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    // Otherwise a NODE_OPTIONS that a user has set for something else reaches the app.
    execArgvExtension: 'none',
    ...where,
  }
  return writeFile(join(guard.scratch, CONFIG), JSON.stringify(config))
}

async function runStep(request: SeaRequest, command: string, args: readonly string[]): Promise<void> {
  const { guard, output, signal, onOutput } = request
  const { scratch } = guard
  const step = { tool: 'sea', phase: 'sea', file: output }
  const lines = await runTool({
    ...step,
    command,
    args,
    cwd: scratch,
    environment: { TMPDIR: scratch, TMP: scratch, TEMP: scratch },
    limitMs: PACKER_LIMIT_MS,
    guard,
    signal,
    onOutput,
  })
  const complaints = lines.filter(line => /\bwarning\b/i.test(line) && !NOISE.test(line))
  if (complaints.length === 0) return
  throw new BuildError('Node made a binary that is warned of:', { ...step, lines: complaints })
}
