import { chmod, lstat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { BuildPlan } from '../contract/contract.ts'
import { findBaseNode } from './base-node.ts'
import type { BuildRequest } from './builder.ts'
import { bundleEntry, bundleName, packageDirectory } from './bundle.ts'
import { builderOf } from './by/index.ts'
import { recall, remember } from './cache.ts'
import { NothingMadeError } from './errors.ts'
import { underReaper } from './guard.ts'
import { type FileIdentity, hashFile, hashOf, identify, mayHaveSameContents } from './identity.ts'
import { placeWhole } from './place.ts'
import { targetOf } from './targets.ts'
import { hostTriple, withTriple } from './triple.ts'

export { BuildError, PayloadMissingError, TargetError, ToolMissingError } from './errors.ts'
export { MAIN_TARGETS, targetOf, UnknownTargetError } from './targets.ts'
export { hostTriple, UnknownTripleError, withTriple } from './triple.ts'

/** What to build. */
export interface BuildOptions extends BuildPlace {
  /** From what, and by whom. */
  readonly plan: BuildPlan
  /** For which target triple; this machine's where nothing is said. */
  readonly triple?: string | undefined
}

/** What to bundle. */
export interface BundleOptions extends BuildPlace {
  /** Absolute path of the entry module, TypeScript or JavaScript. */
  readonly entry: string
}

export interface BuildPlace {
  /** Absolute path of the binary without its target triple: `…/src-tauri/binaries/backend`. */
  readonly output: string
  /** Default: `node_modules/.cache/sidecar-harness` in the project, which is the entry's package where there is an entry. */
  readonly cacheDirectory?: string | undefined
}

/** Who watches, and who may end it. */
export interface BuildContext {
  readonly signal?: AbortSignal | undefined
  /** Called after each step, with the milliseconds that it took: bundle, cache, pkg or who else makes it, proof. */
  readonly onPhase?: ((phase: string, ms: number) => void) | undefined
  /** Called for each line that the tools print, printable as it is. */
  readonly onOutput?: ((line: string) => void) | undefined
}

/** A step of the build, and how long it took. */
export interface BuildPhase {
  readonly name: string
  readonly ms: number
}

/** A binary that carries its application, which was proven when it was made. */
export interface BuiltBinary {
  readonly path: string
  readonly triple: string
  readonly bytes: number
  /** In hex. */
  readonly sha256: string
  /** It was there already, made from the same sources by the same tools, or the same to the byte. */
  readonly cached: boolean
  readonly phases: readonly BuildPhase[]
}

/** The bundle alone, without a Node around it. */
export interface BuiltBundle {
  readonly path: string
  readonly bytes: number
  readonly phases: readonly BuildPhase[]
}

// Counts up when the same ingredients would give another binary than before.
const RECIPE = 2

// Everybody may run it, its owner may replace it: what an installer would set.
const EXECUTABLE = 0o755

/**
 * Builds the binary for a target: a builder makes it from sources beside its place, it is proven, and takes its place at
 * `<output>-<triple>` in one step. When nothing has changed the binary that is there is kept.
 *
 * Throws BuildError and its kinds, UnknownTripleError, UnknownTargetError, and the signal's reason. The old binary is then
 * still there, whole, and nothing else is left behind; neither is it where this process is killed outright.
 */
export async function build(options: BuildOptions, context: BuildContext = {}): Promise<BuiltBinary> {
  const { plan } = options
  const clock = startClock(context)
  const { triple = hostTriple() } = options
  const path = withTriple(options.output, triple)
  const finish = (identity: FileIdentity, sha256: string, cached: boolean): BuiltBinary => ({
    path,
    triple,
    bytes: Number(identity.bytes),
    sha256,
    cached,
    phases: clock.phases,
  })

  targetOf(triple)
  const builder = builderOf(plan)
  const directory = options.cacheDirectory ?? cacheIn(builder.projectOf(plan))
  const request: BuildRequest = {
    name: basename(options.output),
    triple,
    isForeign: triple !== hostTriple(),
    place: path,
    cache: directory,
    signal: context.signal,
    onOutput: context.onOutput,
    time: clock.time,
  }
  context.signal?.throwIfAborted()
  const job = await builder.prepare(plan, request)
  const key =
    job.ingredients === null
      ? null
      : hashOf(JSON.stringify({ recipe: RECIPE, triple, by: plan.by, ...job.ingredients }))
  if (key !== null) {
    const known = await clock.time('cache', () => recall(directory, path, key))
    if (known !== null) return finish(known.identity, known.sha256, true)
  }

  const placed = await underReaper(async guard => {
    if (job.fetch !== undefined) await clock.time('fetch', async () => job.fetch?.(guard))
    return await placeWhole(
      path,
      async output => {
        guard.own(output)
        await clock.time(plan.by, () => job.make(output, guard))
        return await clock.time('proof', async () => {
          await requireMade(output, plan)
          await job.prove(output)
          await chmod(output, EXECUTABLE)
          return await hashFile(output)
        })
      },
      (output, sha256) => findEqual(path, output, sha256),
    )
  })
  const { made: sha256, identity, kept } = placed
  if (key !== null) await remember(directory, path, { key, sha256, identity })
  return finish(identity, sha256, kept)
}

/**
 * Makes the bundle alone, as `<output's name>.cjs` in the cache directory: to read it, or to run it with Node.
 * Throws BuildError and its kinds, and the signal's reason.
 */
export async function bundle(options: BundleOptions, context: BuildContext = {}): Promise<BuiltBundle> {
  const { entry, output, cacheDirectory = cacheIn(packageDirectory(entry)) } = options
  const clock = startClock(context)
  const path = join(cacheDirectory, bundleName(basename(output)))
  const base = await findBaseNode()
  const code = await clock.time('bundle', () => bundleEntry(entry, base.version, context))
  await placeWhole(path, file => writeFile(file, code))
  return { path, bytes: code.byteLength, phases: clock.phases }
}

function cacheIn(project: string): string {
  return join(project, 'node_modules', '.cache', 'sidecar-harness')
}

async function requireMade(output: string, { by }: BuildPlan): Promise<void> {
  // A link to a file elsewhere is none that could be installed.
  const made = await lstat(output).catch(() => null)
  if (made?.isFile() !== true) throw new NothingMadeError(by, output)
}

/** The binary that is there, if it is the same to the byte: whoever watches it has nothing to do again. */
async function findEqual(path: string, made: string, sha256: string): Promise<FileIdentity | null> {
  const [there, fresh] = [await identify(path), await identify(made)]
  if (there === null || fresh === null || !mayHaveSameContents(there, fresh)) return null
  return (await hashFile(path)) === sha256 ? there : null
}

interface Clock {
  readonly phases: BuildPhase[]
  /** Does one step, unless the build was aborted before it, and notes how long it took. */
  time<T>(name: string, work: () => Promise<T>): Promise<T>
}

function startClock({ signal, onPhase }: BuildContext): Clock {
  const phases: BuildPhase[] = []
  return {
    phases,
    async time(name, work) {
      signal?.throwIfAborted()
      const start = performance.now()
      const result = await work()
      const ms = performance.now() - start
      phases.push({ name, ms })
      onPhase?.(name, ms)
      return result
    },
  }
}
