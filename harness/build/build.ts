import { createHash } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { findBaseNode } from './base-node.ts'
import { bundleSources } from './bundle.ts'
import { recall, remember } from './cache.ts'
import { underReaper } from './guard.ts'
import { hashFile } from './identity.ts'
import { provePayload } from './payload.ts'
import { findPkgVersion, runPkg } from './pkg.ts'
import { placeWhole } from './place.ts'
import { requireTools } from './tools.ts'
import { hostTriple, withTriple } from './triple.ts'

export { BuildError, PayloadMissingError, ToolMissingError } from './errors.ts'
export { hostTriple, UnknownTripleError, withTriple } from './triple.ts'

/** What to build. */
export interface BuildOptions {
  /** Absolute path of the entry module, TypeScript or JavaScript. */
  readonly entry: string
  /** Absolute path of the binary without its target triple: `…/src-tauri/binaries/backend`. */
  readonly output: string
  /** Default: `node_modules/.cache/sidecar-harness` in the entry's package. */
  readonly cacheDirectory?: string | undefined
}

/** Who watches, and who may end it. */
export interface BuildContext {
  readonly signal?: AbortSignal | undefined
  /** Called after each step, with the milliseconds that it took: bundle, cache, pkg, proof. */
  readonly onPhase?: ((phase: string, ms: number) => void) | undefined
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
  /** It was there already, made from the same sources by the same tools. */
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
const RECIPE = 1

// Everybody may run it, its owner may replace it: what an installer would set.
const EXECUTABLE = 0o755

/**
 * Builds this machine's binary from sources: esbuild bundles them, pkg puts the bundle into a Node, and
 * the result takes its place at `<output>-<triple>` in one step. When nothing has changed the binary that
 * is there is kept, which takes hardly longer than bundling.
 *
 * Throws BuildError and its kinds, UnknownTripleError, and the signal's reason. The old binary is then
 * still there, whole, and nothing else is left behind; neither is it where this process is killed outright.
 */
export async function build(options: BuildOptions, context: BuildContext = {}): Promise<BuiltBinary> {
  // Both at once: who is told of the second only after the first has been installed is sent away twice.
  requireTools(['esbuild', '@yao-pkg/pkg'])
  const clock = startClock(context)
  const triple = hostTriple()
  const path = withTriple(options.output, triple)
  const name = bundleName(options)
  const directory = cacheDirectory(options)
  const base = await findBaseNode()
  const ingredients = { recipe: RECIPE, triple, name, base, pkg: findPkgVersion() }

  const code = await clock.time('bundle', () => bundleEntry(options, base.version, context))
  const key = hash(JSON.stringify({ ...ingredients, code: hash(code) }))

  const known = await clock.time('cache', () => recall(directory, path, key))
  if (known !== null) {
    const { sha256, identity } = known
    return { path, triple, bytes: Number(identity.bytes), sha256, cached: true, phases: clock.phases }
  }

  const { signal } = context
  const { made: sha256, identity } = await underReaper(guard =>
    placeWhole(path, async output => {
      guard.own(output)
      await clock.time('pkg', () => runPkg({ code, name, base, output, guard, signal }))
      return await clock.time('proof', async () => {
        await provePayload(output, code)
        await chmod(output, EXECUTABLE)
        return await hashFile(output)
      })
    }),
  )
  await remember(directory, path, { key, sha256, identity })
  return { path, triple, bytes: Number(identity.bytes), sha256, cached: false, phases: clock.phases }
}

/**
 * Makes the bundle alone, as `<output's name>.cjs` in the cache directory: to read it, or to run it with Node.
 * Throws BuildError and its kinds, and the signal's reason.
 */
export async function bundle(options: BuildOptions, context: BuildContext = {}): Promise<BuiltBundle> {
  const clock = startClock(context)
  const path = join(cacheDirectory(options), bundleName(options))
  const base = await findBaseNode()
  const code = await clock.time('bundle', () => bundleEntry(options, base.version, context))
  await placeWhole(path, output => writeFile(output, code))
  return { path, bytes: code.byteLength, phases: clock.phases }
}

function bundleEntry(
  { entry }: BuildOptions,
  nodeVersion: string,
  { signal }: BuildContext,
): Promise<Uint8Array> {
  return bundleSources({ entry, root: packageDirectory(entry), nodeVersion }, { signal })
}

function bundleName({ output }: BuildOptions): string {
  return `${basename(output)}.cjs`
}

function cacheDirectory({ entry, cacheDirectory }: BuildOptions): string {
  return cacheDirectory ?? join(packageDirectory(entry), 'node_modules', '.cache', 'sidecar-harness')
}

function packageDirectory(entry: string): string {
  return dirname(findPackageJSON(pathToFileURL(entry)) ?? entry)
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
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
