import type { ArtifactPayload } from '../artifact/description.ts'
import { BuildError, PayloadMissingError } from './errors.ts'

export interface ProgramProof {
  /** Who made it. */
  readonly tool: string
  /** What it should be made for: this machine's. */
  readonly triple: string
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
 * Proves that a file is a program of this machine's triple, and, where it is a runtime, that an application is in it.
 * Throws BuildError, and PayloadMissingError, that say what it is instead.
 */
export async function proveProgram(
  file: string,
  { tool, triple, takesScripts, runtime }: ProgramProof,
): Promise<void> {
  // Only when a binary has been made.
  const { compareWithName, describeArtifact, judgeLaunchable } = await import('../artifact/describe.ts')
  // Its hash is taken once all is known to be well.
  const described = await describeArtifact(file, { sha256: '' })
  const os = SYSTEMS[process.platform] ?? process.platform
  const { launchable, sentence } = judgeLaunchable(described, { os, arch: process.arch })
  const failure = { tool, phase: 'proof', file }
  const summary = `${tool} reported success, and what it made is no program for this machine:`
  if (!launchable) throw new BuildError(summary, { ...failure, lines: [sentence] })
  if (described.format === 'script') {
    if (takesScripts) return
    throw new BuildError(summary, { ...failure, lines: ['It is a script.'] })
  }
  // The name that it will have: the one that it has for now ends in no triple.
  const difference = compareWithName({ ...described, nameTriple: triple })
  if (difference !== null) throw new BuildError(summary, { ...failure, lines: [difference] })

  const { payload, format } = described
  // Of other formats the description does not tell.
  if (runtime !== undefined && format === 'elf' && payload?.runtime !== runtime) {
    throw new PayloadMissingError(file, `it is no ${runtime} at all`, tool)
  }
  const without = payload === null ? undefined : WITHOUT[payload.state]
  if (payload !== null && without !== undefined) {
    throw new PayloadMissingError(file, `it is a ${payload.runtime} ${without}`, tool)
  }
}
