import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder, BuildRequest } from '../builder.ts'
import { packageDirectory } from '../bundle.ts'
import { copyWhole } from '../copy-whole.ts'
import { BuildError, TargetError } from '../errors.ts'
import type { Guard } from '../guard.ts'
import { proveProgram } from '../program.ts'
import { signMachO } from '../sign-macho.ts'
import { PACKER_LIMIT_MS, runTool } from '../tool-run.ts'

/** A program for Bun, bundled by it and put into it. It takes a tenth of a second, so it is run each time. */
export const bun: Builder<Extract<BuildPlan, { by: 'bun' }>> = {
  projectOf: ({ entry }) => packageDirectory(entry),

  async prepare({ entry }, request) {
    const { triple, isForeign } = request
    const target = isForeign ? targetFor(triple) : null
    return {
      ingredients: null,
      async make(output, guard) {
        const made = await compile(entry, target, guard, request)
        const why = await copyWhole(made, output)
        if (why !== null) {
          const summary = `bun ended well and should have made ${made}, but ${why}.`
          throw new BuildError(summary, { tool: 'bun', phase: 'bun', file: made, lines: [] })
        }
        if (triple.endsWith('-apple-darwin') && !(await isSigned(output))) {
          await signMachO(output, request.name)
        }
      },
      prove: output =>
        proveProgram(output, { tool: 'bun', triple, isForeign, takesScripts: false, runtime: 'bun' }),
    }
  },
}

/**
 * Comes back with the path of the binary in the scratch directory. It is made there because its name becomes a part of it,
 * and because bun first writes a hundred megabytes into its working directory, which it leaves there when it is killed.
 */
async function compile(
  entry: string,
  target: string | null,
  guard: Guard,
  { name, triple, signal, onOutput }: BuildRequest,
): Promise<string> {
  const project = packageDirectory(entry)
  const made = join(guard.scratch, triple.includes('-windows-') ? `${name}.exe` : name)
  const config = join(project, 'bunfig.toml')
  const step = { tool: 'bun', phase: 'bun', file: entry }
  const lines = await runTool({
    ...step,
    command: 'bun',
    args: [
      'build',
      '--compile',
      ...(target === null ? [] : [`--target=${target}`]),
      // Whatever lies in a user's working directory would become the app's environment and configuration.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      // Comments hold the paths of the modules, from here. Names stay, for stack traces.
      '--minify-whitespace',
      // From here bun would not find it.
      ...((await isThere(config)) ? [`--config=${config}`] : []),
      '--root',
      project,
      '--outfile',
      made,
      entry,
    ],
    cwd: guard.scratch,
    // Bun may be installed beside the entry, in a directory that is no package.
    project: dirname(entry),
    limitMs: PACKER_LIMIT_MS,
    howToGet: 'Install it beside the harness, npm install --save-dev bun, or see https://bun.sh.',
    guard,
    signal,
    onOutput,
  })
  refuseWarnings(lines, step)
  return made
}

/** It warns of imports that will be undefined, say, which is told by a user then. The code above a warning belongs to it. */
function refuseWarnings(lines: readonly string[], step: { tool: string; phase: string; file: string }): void {
  if (!lines.some(line => /^warn(ing)?:/.test(line))) return
  const complaints = lines.filter(line => !/^ *\[\d+ms\] /.test(line))
  throw new BuildError('bun made a binary that it warns of:', { ...step, lines: complaints })
}

/** For Intel's Macs Bun 1.4 puts the application in, and leaves the signature that there was before. */
async function isSigned(output: string): Promise<boolean> {
  const { describeArtifact } = await import('../../artifact/describe.ts')
  const { signature } = await describeArtifact(output, { sha256: '', verify: true })
  return signature?.pages?.wrong === 0
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** In Bun's words: https://bun.sh/docs/bundler/executables#cross-compile-to-other-platforms. */
const TARGETS: Readonly<Record<string, string>> = {
  'x86_64-unknown-linux-gnu': 'bun-linux-x64',
  'aarch64-unknown-linux-gnu': 'bun-linux-arm64',
  'x86_64-unknown-linux-musl': 'bun-linux-x64-musl',
  'aarch64-unknown-linux-musl': 'bun-linux-arm64-musl',
  'x86_64-apple-darwin': 'bun-darwin-x64',
  'aarch64-apple-darwin': 'bun-darwin-arm64',
  'x86_64-pc-windows-msvc': 'bun-windows-x64',
}

function targetFor(triple: string): string {
  const target = TARGETS[triple]
  if (target !== undefined) return target
  throw new TargetError(triple, `Bun is built for ${Object.keys(TARGETS).join(', ')} alone.`, { tool: 'bun' })
}
