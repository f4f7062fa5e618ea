import { z } from 'zod'

/** https://www.electron.build/contents: a path, or where it is taken from. */
const entry = z.union([
  z.string(),
  z.object({ from: z.string().optional() }).transform(({ from }) => from ?? '.'),
])
const entries = z
  .union([entry.transform(one => [one]), z.array(entry)])
  .nullish()
  .transform(given => given ?? [])
const patterns = z
  .union([z.string().transform(one => [one]), z.array(z.string())])
  .nullish()
  .transform(given => given ?? [])

const kinds = { extraResources: entries, extraFiles: entries, asarUnpack: patterns }
const platform = z
  .object(kinds)
  .nullish()
  .transform(given => toTaken(given ?? { extraResources: [], extraFiles: [], asarUnpack: [] }))

/** What is taken along where it can be launched. */
export interface Taken {
  /** Beside the app. */
  readonly beside: readonly string[]
  /** With the app's own files, and out of their archive: what modules bring is among it. */
  readonly unpacked: readonly string[]
}

/** Everywhere, and on each platform. */
export interface ExtraFiles extends Readonly<Record<'everywhere' | 'linux' | 'mac' | 'win', Taken>> {}

/** The part of electron-builder's configuration that says so. */
export const builderConfig: z.ZodType<ExtraFiles> = z
  .object({ ...kinds, linux: platform, mac: platform, win: platform })
  .transform(({ extraResources, extraFiles, asarUnpack, ...own }) => ({
    everywhere: toTaken({ extraResources, extraFiles, asarUnpack }),
    ...own,
  }))

function toTaken(given: Record<keyof typeof kinds, readonly string[]>): Taken {
  return { beside: [...given.extraResources, ...given.extraFiles], unpacked: given.asarUnpack }
}
