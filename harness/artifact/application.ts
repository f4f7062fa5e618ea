import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import type { ArtifactDescription, ArtifactPayload } from './description.ts'

const RUNTIMES: Record<ArtifactPayload['runtime'], string> = {
  node: 'Node',
  bun: 'Bun',
  deno: 'Deno',
  pyinstaller: 'PyInstaller bootloader',
}

/** What stands beside the file when it is launched. */
export interface Surroundings {
  /** Arguments of every launch. */
  args: readonly string[]
  /** What is installed with it. */
  files: readonly string[]
}

/**
 * Says what keeps a packer's runtime from starting the application: it holds none, or cannot see the one that it holds.
 * Null when it starts it, for what is no packer's runtime, and where the application is beside it.
 */
export function findMissingApplication(
  { payload }: Pick<ArtifactDescription, 'payload'>,
  { args, files }: Surroundings,
): string | null {
  if (payload === null || namedProgram(args) !== null) return null
  // PyInstaller can leave its archive in a file of its own (append_pkg=False).
  if (payload.runtime === 'pyinstaller' && files.some(file => file.endsWith('.pkg'))) return null
  const runtime = nameRuntime(payload)
  const inside = payload.bytes === null ? 'an application' : `an application of ${size(payload.bytes)}`
  switch (payload.state) {
    case 'carried':
      return null
    case 'bare':
      return `It is an unmodified ${runtime} executable, with no application inside.`
    case 'unlinked':
      return `It is ${runtime} with ${inside} that it does not know of, so that it starts as the bare runtime: ${WHY_UNLINKED[payload.runtime] ?? 'the packer did not finish'}.`
    case 'lost':
      return `It is ${runtime}, told to start an application that is not in it any more, as after \`strip\`.`
  }
}

/** What the application is packed in, in words; for one that carries it. */
export function describePayload(payload: ArtifactPayload): string {
  const inside = payload.bytes === null ? '' : ` of ${size(payload.bytes)}`
  return `${nameRuntime(payload)} with an application${inside}`
}

/** The first argument that is no option: with it, the file is the runtime of a program beside it. */
export function namedProgram(args: readonly string[]): string | null {
  // A placeholder stands for a value, and for no program.
  return args.find(arg => !arg.startsWith('-') && !arg.startsWith('{')) ?? null
}

const WHY_UNLINKED: Partial<Record<ArtifactPayload['runtime'], string>> = {
  node: 'its fuse is not set, which postject does when it is given `--sentinel-fuse`',
  bun: 'what points to it is gone, as after `strip`',
}

function nameRuntime({ runtime, version }: ArtifactPayload): string {
  return version === null ? RUNTIMES[runtime] : `${RUNTIMES[runtime]} v${printable(version, 40)}`
}
