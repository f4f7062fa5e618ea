import { constants } from 'node:fs'
import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, parse, resolve } from 'node:path'
import { NODE_BLOB_OWNER } from '../../artifact/payload-node.ts'
import type { BuildPlan } from '../../contract/contract.ts'
import { type BaseNode, findBaseNode } from '../base-node.ts'
import type { Builder, BuildRequest } from '../builder.ts'
import { bundleEntry, bundleName, packageDirectory } from '../bundle.ts'
import { BuildError } from '../errors.ts'
import { provideNode } from '../fetch-node.ts'
import { type Guard, temporaryOf } from '../guard.ts'
import { hashOf } from '../identity.ts'
import { type NodePackage, nodePackageFor } from '../node-package.ts'
import { provePayload } from '../payload.ts'
import { proveProgram } from '../program.ts'
import { signMachO } from '../sign-macho.ts'
import { PACKER_LIMIT_MS, runTool } from '../tool-run.ts'
import { requireTools, versionOf } from '../tools.ts'
import { hostTriple } from '../triple.ts'
import { unsignPe } from '../unsign-pe.ts'

type Plan = Extract<BuildPlan, { by: 'sea' }>

/**
 * A Node program, bundled by esbuild and made a single executable by Node itself. The Node that makes it is of the version
 * of the one that it is put into: another version's blob crashes at the start.
 */
export const sea: Builder<Plan> = {
  projectOf: ({ entry }) => packageDirectory(entry),

  async prepare({ entry, node }, request) {
    const { name, triple, isForeign, cache, time, signal, onOutput } = request
    const nodes = await chooseNodes(node, request)
    // Both at once: who is told of the second only after the first has been installed is sent away twice.
    requireTools(canInject(nodes) ? ['esbuild'] : ['esbuild', 'postject'])
    const code = await time('bundle', () => bundleEntry(entry, nodes.version, { signal }))
    const bundle = bundleName(name)
    const injector = canInject(nodes) ? 'node' : versionOf('postject')
    // What it is fetched for, it is made with.
    let [maker, base] = [pathOf(nodes.maker), pathOf(nodes.base)]
    const project = packageDirectory(entry)
    return {
      // A version of a package never changes.
      ingredients: { name: bundle, base: nodes.base, injector, code: hashOf(code) },
      ...((maker === null || base === null) && {
        async fetch(guard: Guard) {
          const context = { project, directory: cache, guard, signal, onOutput }
          maker ??= await provideNode(nodes.maker as NodePackage, context)
          base ??= nodes.base === nodes.maker ? maker : await provideNode(nodes.base as NodePackage, context)
        },
      }),
      async make(output, guard) {
        if (maker === null || base === null) throw new Error('It is made before it was fetched.')
        const { version } = nodes
        await runSea({ code, name: bundle, maker, base, version, triple, output, guard, signal, onOutput })
      },
      async prove(output) {
        await provePayload(output, code, 'sea')
        await proveProgram(output, { tool: 'sea', triple, isForeign, takesScripts: false })
      },
    }
  },
}

/** The Node that makes the binary, and the one that becomes a part of it: of one version. */
interface Nodes {
  readonly version: string
  readonly maker: BaseNode | NodePackage
  readonly base: BaseNode | NodePackage
}

async function chooseNodes(wanted: string | null, { triple, isForeign }: BuildRequest): Promise<Nodes> {
  const here = await findBaseNode()
  const version = wanted ?? here.version
  const maker = version === here.version ? here : nodePackageFor(hostTriple(), version)
  return { version, maker, base: isForeign ? nodePackageFor(triple, version) : maker }
}

function pathOf(node: BaseNode | NodePackage): string | null {
  return 'path' in node ? node.path : null
}

/** One binary to be made. */
export interface SeaRequest {
  /** The bundle. */
  readonly code: Uint8Array
  /** What stack traces inside the binary call it: `backend.cjs`. */
  readonly name: string
  /** Absolute path of the Node that makes it. */
  readonly maker: string
  /** Absolute path of the one that it is put into, of the same version. */
  readonly base: string
  readonly version: string
  /** What that is made for. */
  readonly triple: string
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
  const { code, name, guard, output } = request
  await writeFile(join(guard.scratch, name), code)
  await (canInject(request) ? buildByNode(request) : buildByPostject(request))
  // Whoever changes a signed program has to sign it again, or macOS kills it: injectors take its signature off.
  if (isForMacos(request)) await signMachO(output, parse(name).name)
}

const CONFIG = 'sea-config.json'
const BLOB = 'application.blob'
const BASE_COPY = 'base'

/** https://nodejs.org/api/single-executable-applications.html: the name that Node looks for in itself. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const MACHO_SEGMENT = 'NODE_SEA'

/**
 * What postject's parser says of every ELF program with notes like Node's; the proof reads the note that matters.
 * https://github.com/nodejs/postject/issues/83
 */
const NOISE = /^warning: Can't find string offset for section name '\.note/

/** From Node 25.5 on it needs nobody else. */
function canInject({ version }: { readonly version: string }): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 25 || (major === 25 && minor >= 5)
}

async function buildByNode(request: SeaRequest): Promise<void> {
  const { maker, output } = request
  const executable = isForWindows(request) ? await copyBase(request, BASE_COPY) : request.base
  await writeConfig(request, { output, executable })
  await runStep(request, maker, ['--build-sea', CONFIG])
}

async function buildByPostject(request: SeaRequest): Promise<void> {
  const { maker, output, guard } = request
  await writeConfig(request, { output: BLOB })
  await runStep(request, maker, ['--experimental-sea-config', CONFIG])
  await copyBase(request, output)
  const segment = isForMacos(request) ? ['--macho-segment-name', MACHO_SEGMENT] : []
  const program = createRequire(import.meta.url).resolve('postject/dist/cli.js')
  const blob = join(guard.scratch, BLOB)
  await runStep(request, maker, [program, output, NODE_BLOB_OWNER, blob, '--sentinel-fuse', FUSE, ...segment])
}

/** Of a program for Windows the signature is taken off, which would be none of what is made of it. */
async function copyBase(request: SeaRequest, name: string): Promise<string> {
  const copy = resolve(request.guard.scratch, name)
  await copyFile(request.base, copy, constants.COPYFILE_FICLONE)
  // Where a store of packages keeps its files from being written.
  await chmod(copy, 0o700)
  if (isForWindows(request)) await unsignPe(copy)
  return copy
}

function isForMacos({ triple }: SeaRequest): boolean {
  return triple.endsWith('-apple-darwin')
}

function isForWindows({ triple }: SeaRequest): boolean {
  return triple.includes('-windows-')
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
    environment: temporaryOf(guard),
    limitMs: PACKER_LIMIT_MS,
    guard,
    signal,
    onOutput,
  })
  const complaints = lines.filter(line => /\bwarning\b/i.test(line) && !NOISE.test(line))
  if (complaints.length === 0) return
  throw new BuildError('Node made a binary that is warned of:', { ...step, lines: complaints })
}
