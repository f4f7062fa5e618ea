import { findPackageJSON } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Message } from 'esbuild'
import { duration } from '../text/duration.ts'
import { BuildError } from './errors.ts'
import { requireTools } from './tools.ts'

/** What is bundled, and for whom. */
export interface BundleRequest {
  /** Absolute path of the entry module. */
  readonly entry: string
  /** Absolute path of its package. Paths inside the bundle are relative to it. */
  readonly root: string
  /** Version of the Node that will run it: `24.21.0`. */
  readonly nodeVersion: string
}

/** When a bundle is given up. */
export interface BundleLimits {
  readonly signal?: AbortSignal | undefined
  readonly limitMs?: number
}

type Esbuild = typeof import('esbuild')

/** It takes a tenth of a second, and some seconds for a large program; one that takes minutes is more likely stuck. */
const ESBUILD_LIMIT_MS = 120_000

/**
 * Bundles the entry, its packages and its workspace packages into one CommonJS file, and returns its
 * bytes. CommonJS, because an ES module in a single executable builds without a word and dies at start.
 * The same sources give the same bytes, wherever the project lies.
 *
 * A warning is an error here: what esbuild warns of still builds, and fails once the app is at a user's.
 * Throws BuildError in esbuild's words, ToolMissingError without esbuild, and the signal's reason.
 */
export async function bundleSources(
  request: BundleRequest,
  { signal, limitMs = ESBUILD_LIMIT_MS }: BundleLimits = {},
): Promise<Uint8Array> {
  requireTools(['esbuild'])
  const esbuild = await import('esbuild')
  users++
  const end = Promise.withResolvers<never>()
  const giveUp = () => end.reject(signal?.reason)
  signal?.addEventListener('abort', giveUp)
  const timer = setTimeout(() => end.reject(stuck(request, limitMs)), limitMs)
  try {
    signal?.throwIfAborted()
    const { bytes, problems } = await Promise.race([runEsbuild(esbuild, request), end.promise])
    if (problems.length > 0) throw await describeProblems(esbuild, problems, request)
    return bytes
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
    // Also where it is still at work: it is ended with that.
    if (--users === 0) await esbuild.stop()
  }
}

/** Bundles an entry for a Node of this version, in its own package. Throws what bundleSources throws. */
export function bundleEntry(
  entry: string,
  nodeVersion: string,
  limits: BundleLimits = {},
): Promise<Uint8Array> {
  return bundleSources({ entry, root: packageDirectory(entry), nodeVersion }, limits)
}

/** What the bundle of a binary is called, also in stack traces from inside. */
export function bundleName(binary: string): string {
  return `${binary}.cjs`
}

/** The directory of the package that an entry belongs to. */
export function packageDirectory(entry: string): string {
  return dirname(findPackageJSON(pathToFileURL(entry)) ?? entry)
}

// esbuild works in a process of its own, one for all bundles under way here. The last one ends it,
// so that nothing of a build is left running beside the sidecars that are watched afterwards.
let users = 0

async function runEsbuild(
  esbuild: Esbuild,
  request: BundleRequest,
): Promise<{ bytes: Uint8Array; problems: Message[] }> {
  try {
    const { outputFiles, warnings } = await esbuild.build({
      entryPoints: [request.entry],
      absWorkingDir: request.root,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: `node${request.nodeVersion}`,
      // Names are what a user's stack trace has to offer; there is nobody to save bytes for.
      minify: false,
      keepNames: true,
      // esbuild forgives a dependency its import.meta, and it is as empty there.
      logOverride: { 'empty-import-meta': 'warning' },
      logLevel: 'silent',
      logLimit: 0,
      write: false,
    })
    return { bytes: outputFiles[0]?.contents ?? new Uint8Array(), problems: warnings }
  } catch (error) {
    if (isBuildFailure(error))
      return { bytes: new Uint8Array(), problems: [...error.errors, ...error.warnings] }
    throw new BuildError(
      'esbuild could not run:',
      { tool: 'esbuild', phase: 'bundle', file: request.entry, lines: String(error).split('\n') },
      { cause: error },
    )
  }
}

function stuck({ entry }: BundleRequest, limitMs: number): BuildError {
  return new BuildError(`esbuild was still at work after ${duration(limitMs)} and was ended.`, {
    tool: 'esbuild',
    phase: 'bundle',
    file: entry,
    lines: [],
  })
}

function isBuildFailure(error: unknown): error is import('esbuild').BuildFailure {
  return error instanceof Error && 'errors' in error && 'warnings' in error
}

async function describeProblems(
  esbuild: Esbuild,
  problems: Message[],
  request: BundleRequest,
): Promise<BuildError> {
  const texts = await esbuild.formatMessages(problems, { kind: 'error', color: false })
  const first = problems.find(problem => problem.location !== null)?.location?.file
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new BuildError(`esbuild found ${count} (its warnings count, they fail when the binary runs):`, {
    tool: 'esbuild',
    phase: 'bundle',
    file: first === undefined ? request.entry : resolve(request.root, first),
    lines: texts.join('').trimEnd().split('\n'),
  })
}
