import type { ArtifactDescription } from '../artifact/description.ts'
import type { ArtifactPathReason } from '../artifact/errors.ts'
import { newestOf, releaseOf } from '../artifact/glibc-version.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import type { HostDescription } from '../recording/evidence.ts'
import { toClause } from './json.ts'
import type { ClauseDocument, Tool } from './verdict-document.ts'

/** Changes whenever a field changes its meaning or goes. What is added changes nothing. */
export const INSPECTION_SCHEMA = 1

/** A file that was read, and what is held of it. */
export interface InspectedFile {
  readonly artifact: ArtifactDescription
  readonly clauses: readonly ClauseResult[]
}

/** A path that leads to no file which can be read. */
export interface RefusedPath {
  readonly path: string
  readonly reason: ArtifactPathReason
  readonly message: string
}

/** All that an inspection has found. */
export interface Inspection {
  readonly host: HostDescription
  /** Of the contract that was named; null for the default one. */
  readonly contract: string | null
  readonly files: readonly InspectedFile[]
  readonly refused: readonly RefusedPath[]
}

/** One file, as `inspect --json` writes it: see docs/inspect.md, and schema/inspection.schema.json. */
export interface FileDocument extends Omit<ArtifactDescription, 'mode' | 'sha256' | 'regularFile'> {
  /** In octal digits, as people write it: `0755`. */
  mode: string
  /** Null where the file was not read as a whole. */
  sha256: string | null
  /** The oldest glibc that has all versions of symbols which it asks for: `2.34`; null where it asks for none. */
  leastGlibc: string | null
  /** `fail` where a must of those that the file alone shows does not hold on this machine. */
  verdict: 'pass' | 'fail'
  clauses: readonly ClauseDocument[]
}

export interface InspectionDocument {
  schema: typeof INSPECTION_SCHEMA
  tool: Tool
  host: HostDescription
  contract: string
  files: readonly FileDocument[]
  errors: readonly RefusedPath[]
}

export function renderInspectionJson(inspection: Inspection, tool: Tool): string {
  const { host, contract, files, refused } = inspection
  const document: InspectionDocument = {
    schema: INSPECTION_SCHEMA,
    tool,
    host,
    contract: contract ?? 'defaults',
    files: files.map(toFile),
    errors: refused,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function toFile({ artifact, clauses }: InspectedFile): FileDocument {
  const { mode, sha256, regularFile: _, path, name, bytes, ...content } = artifact
  return {
    ...{ path, name, bytes, mode: mode.toString(8).padStart(4, '0') },
    sha256: sha256 === '' ? null : sha256,
    ...content,
    leastGlibc: leastGlibcOf(artifact),
    verdict: clauses.some(({ outcome }) => outcome === 'fail') ? 'fail' : 'pass',
    clauses: clauses.map(toClause),
  }
}

/** The release of glibc that a program, and the libraries that come with it, ask for. */
export function leastGlibcOf({ libraries }: Pick<ArtifactDescription, 'libraries'>): string | null {
  const newest = newestOf((libraries?.versions ?? []).flatMap(({ names }) => names))
  return newest === null ? null : releaseOf(newest)
}
