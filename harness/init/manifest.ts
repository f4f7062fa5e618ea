import { join } from 'node:path'
import { z } from 'zod'
import { InitError } from './errors.ts'
import { readJson } from './read-json.ts'

type Names = Readonly<Record<string, string>> | undefined

/** What is read of a package.json. */
export interface Manifest {
  readonly type?: string | undefined
  readonly packageManager?: string | undefined
  readonly scripts?: Names
  readonly dependencies?: Names
  readonly devDependencies?: Names
  /** electron-builder's own configuration. */
  readonly build?: unknown
}

const names = z.record(z.string(), z.string()).optional()

const manifest: z.ZodType<Manifest> = z.object({
  type: z.string().optional(),
  packageManager: z.string().optional(),
  scripts: names,
  dependencies: names,
  devDependencies: names,
  build: z.unknown().optional(),
})

/** Null where there is none. Throws InitError for one that npm could not read either. */
export async function readManifest(directory: string): Promise<Manifest | null> {
  const path = join(directory, 'package.json')
  const reading = await readJson(path, manifest)
  if (reading === null) return null
  if ('problem' in reading) throw new InitError(`${path} cannot be read: ${reading.problem}`)
  return reading.value
}

/** The version range of a package that the project asks for; null where it does not. */
export function rangeOf(name: string, project: Manifest | null): string | null {
  return project?.devDependencies?.[name] ?? project?.dependencies?.[name] ?? null
}
