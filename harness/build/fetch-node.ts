import { access, chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BuildError, TargetError } from './errors.ts'
import { type Guard, temporaryOf } from './guard.ts'
import { findInstalled, type NodePackage } from './node-package.ts'
import { placeWhole } from './place.ts'
import { extractEntry } from './tar-entry.ts'
import { runTool } from './tool-run.ts'

/** Where a Node may come from, and who watches. */
export interface FetchContext {
  /** Where npm runs, so that the project's .npmrc holds. */
  readonly project: string
  /** Where it is kept for later builds. */
  readonly directory: string
  readonly guard: Guard
  readonly signal?: AbortSignal | undefined
  readonly onOutput?: ((line: string) => void) | undefined
}

/** Some fifty megabytes: a minute on a slow line, and ten on one that hardly is one. */
const FETCH_LIMIT_MS = 600_000
/** To say what there is instead. */
const LOOK_UP_LIMIT_MS = 30_000
const MOST_VERSIONS = 4

/**
 * A project that names another package manager in `devEngines` forbids npm to do anything in it, also what changes nothing. The
 * checksum is compared all the same.
 */
const NPM_OPTIONS = ['--force', '--loglevel', 'error'] as const

/**
 * The path of a Node for a target: as it is installed, as an earlier build left it, or else from the npm registry, by npm,
 * which compares what it gets with the registry's checksum. Whole or not at all: two builds at once each fetch their own, and
 * an interrupted one leaves nothing. Throws TargetError where there is none of that version, and BuildError.
 */
export async function provideNode(node: NodePackage, context: FetchContext): Promise<string> {
  const installed = findInstalled(node, context.project)
  if (installed !== null) {
    await requireNode(installed, node, `Install ${node.name}@${node.version} again.`)
    return installed
  }
  const place = placeOf(node, context.directory)
  const isThere = await access(place).then(
    () => true,
    () => false,
  )
  if (isThere) await requireNode(place, node, 'Remove that file: the next build fetches it anew.')
  else await fetch(node, place, context)
  return place
}

function placeOf({ version, triple }: NodePackage, directory: string): string {
  return join(directory, `node-v${version}-${triple}${triple.includes('-windows-') ? '.exe' : ''}`)
}

async function fetch(node: NodePackage, place: string, context: FetchContext): Promise<void> {
  const { guard } = context
  // Its own: there may be two Nodes to fetch.
  const into = join(guard.scratch, node.name)
  await mkdir(into)
  await runNpm(node, into, context, place)
  const archive = (await readdir(into)).find(file => file.endsWith('.tgz'))
  await placeWhole(place, async file => {
    guard.own(file)
    const trouble = `npm has fetched ${node.name}@${node.version}`
    if (archive === undefined) throw refuse(`${trouble}, and there is no archive of it.`, place)
    const isFound = await extractEntry(join(into, archive), `package/${node.file}`, file).catch(
      (cause: Error) => {
        throw refuse(`${trouble}, and its archive cannot be read: ${cause.message}.`, place, cause)
      },
    )
    if (!isFound) throw refuse(`${trouble}, and there is no ${node.file} in it.`, place)
    await requireNode(file, node, 'It is not used.')
    await chmod(file, 0o755)
  })
}

async function runNpm(node: NodePackage, into: string, context: FetchContext, place: string): Promise<void> {
  const { project: cwd, guard, signal, onOutput } = context
  const spec = `${node.name}@${node.version}`
  try {
    await runTool({
      tool: 'npm',
      phase: 'node',
      file: place,
      command: 'npm',
      args: ['pack', spec, '--pack-destination', into, ...NPM_OPTIONS],
      cwd,
      environment: temporaryOf(guard),
      limitMs: FETCH_LIMIT_MS,
      howToGet: `It comes with Node, and would fetch ${spec}; without it, install that package beside the harness.`,
      guard,
      signal,
      onOutput,
    })
  } catch (error) {
    if (!(error instanceof BuildError) || error.name === 'ToolMissingError') throw error
    const { lines } = error
    if (lines.some(line => /\b(ETARGET|E404)\b/.test(line))) throw await unheardOf(node, context, error)
    const summary = `${spec}, the Node for ${node.triple}, could not be fetched by npm. Build again where the npm registry can be reached, or install it beside the harness. npm says:`
    throw new BuildError(summary, { tool: 'npm', phase: 'node', file: place, lines }, { cause: error })
  }
}

/** Not every Node is published for every target. */
async function unheardOf(node: NodePackage, context: FetchContext, cause: BuildError): Promise<TargetError> {
  const { name, version, triple } = node
  const there = await publishedVersions(node, context)
  const instead =
    there.length === 0
      ? ''
      : ` There are ${there.join(', ')}: name one of them in \`build.node\`, or the whole project's as its package \`node\`.`
  const why = `npm has no ${name}@${version}, which is the Node to put the program into.${instead}`
  return new TargetError(triple, why, { tool: 'npm' }, { cause })
}

/** The newest first. None where nobody can tell. */
async function publishedVersions(
  { name }: NodePackage,
  { project, guard, signal }: FetchContext,
): Promise<readonly string[]> {
  const answer: string[] = []
  try {
    await runTool({
      tool: 'npm',
      phase: 'node',
      file: name,
      command: 'npm',
      args: ['view', name, 'versions', '--json', ...NPM_OPTIONS],
      cwd: project,
      environment: temporaryOf(guard),
      limitMs: LOOK_UP_LIMIT_MS,
      guard,
      signal,
      onAnswer: line => answer.push(line),
    })
    const versions: unknown = JSON.parse(answer.join('\n'))
    const all = (Array.isArray(versions) ? versions : [versions]).map(String)
    return all
      .filter(version => /^\d+\.\d+\.\d+$/.test(version))
      .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
      .slice(0, MOST_VERSIONS)
  } catch (error) {
    // That there is none of the wanted version is what has to be told, and is known.
    if (error instanceof BuildError || error instanceof SyntaxError) return []
    throw error
  }
}

/** A file that was cut, another version, or one for another target would make a binary that dies at its start. */
async function requireNode(file: string, node: NodePackage, remedy: string): Promise<void> {
  const { compareWithName, describeArtifact } = await import('../artifact/describe.ts')
  const described = await describeArtifact(file, { sha256: '' })
  const { defects, payload } = described
  const isNode = payload?.runtime === 'node' && payload.state === 'bare'
  const wrong =
    defects[0]?.sentence ??
    (isNode ? null : 'It is no Node, or one that has an application in it.') ??
    compareWithName({ ...described, nameTriple: node.triple }) ??
    (payload?.version === node.version ? null : `It is Node ${payload?.version ?? 'of an unknown version'}.`)
  if (wrong === null) return
  throw refuse(
    `${file} should be Node ${node.version} for ${node.triple}, and is not. ${remedy}`,
    file,
    wrong,
  )
}

function refuse(summary: string, file: string, cause?: unknown): BuildError {
  const lines = typeof cause === 'string' ? [cause] : []
  return new BuildError(summary, { tool: 'npm', phase: 'node', file, lines }, { cause })
}
