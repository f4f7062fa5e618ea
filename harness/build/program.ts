import type { ArtifactDescription, ArtifactPayload } from '../artifact/description.ts'
import { BuildError, PayloadMissingError } from './errors.ts'
import { targetOf } from './targets.ts'

export interface ProgramProof {
  /** Who made it. */
  readonly tool: string
  /** What it should be made for. */
  readonly triple: string
  /** That is another machine than this one. */
  readonly isForeign: boolean
  /** Whether a script will do. */
  readonly takesScripts: boolean
  /** The runtime that has to be in it, with an application. */
  readonly runtime?: ArtifactPayload['runtime']
}

// In the words of the description of a file.
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', win32: 'windows' }

const WITHOUT: Partial<Record<ArtifactPayload['state'], string>> = {
  bare: 'with no application inside',
  unlinked: 'and does not know of the application inside',
  lost: 'that is told to start an application which it does not hold',
}

/**
 * Proves that a file is a program of the target's, and, where it is a runtime, that an application is in it; of a signature
 * for macOS, that each page is what was signed. Throws BuildError, and PayloadMissingError, that say what it is instead.
 */
export async function proveProgram(file: string, proof: ProgramProof): Promise<void> {
  const { tool, triple, isForeign, takesScripts, runtime } = proof
  // Only when a binary has been made.
  const { compareWithName, describeArtifact } = await import('../artifact/describe.ts')
  // Its hash is taken once all is known to be well. Only of Mach-O programs all is read.
  const described = await describeArtifact(file, { sha256: '', verify: true })
  const failure = { tool, phase: 'proof', file }
  const summary = `${tool} reported success, and what it made is no program for ${isForeign ? triple : 'this machine'}:`
  const objection = await (isForeign ? findDefect(described, triple) : refuseHere(described))
  if (objection !== null) throw new BuildError(summary, { ...failure, lines: [objection] })
  if (described.format === 'script') {
    if (takesScripts) return
    throw new BuildError(summary, { ...failure, lines: ['It is a script.'] })
  }
  // The name that it will have: the one that it has for now ends in no triple.
  const difference = compareWithName({ ...described, nameTriple: triple })
  if (difference !== null) throw new BuildError(summary, { ...failure, lines: [difference] })

  const { payload } = described
  if (runtime !== undefined && payload?.runtime !== runtime) {
    throw new PayloadMissingError(file, `it is no ${runtime} at all`, tool)
  }
  const without = payload === null ? undefined : WITHOUT[payload.state]
  if (payload !== null && without !== undefined) {
    throw new PayloadMissingError(file, `it is a ${payload.runtime} ${without}`, tool)
  }
}

async function refuseHere(described: ArtifactDescription): Promise<string | null> {
  const { judgeLaunchable } = await import('../artifact/describe.ts')
  const os = SYSTEMS[process.platform] ?? process.platform
  const { launchable, sentence } = judgeLaunchable(described, { os, arch: process.arch })
  return launchable ? null : sentence
}

/** Nobody here can launch it: what is wrong with it is all that counts, and whom it is for is seen by its name. */
function findDefect(described: ArtifactDescription, triple: string): string | null {
  const { defects, format, os } = described
  const [defect] = defects
  if (defect !== undefined) return defect.sentence
  if (format === 'script' && targetOf(triple).os === 'windows')
    return 'It is a script, and Windows has no #! lines: it launches programs only.'
  return format === 'script' || os !== null ? null : 'Its header does not say which system it is for.'
}
