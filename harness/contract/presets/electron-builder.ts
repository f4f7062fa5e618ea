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
const platform = z
  .object({ extraResources: entries, extraFiles: entries })
  .nullish()
  .transform(given => [...(given?.extraResources ?? []), ...(given?.extraFiles ?? [])])

/** What is taken along beside an app: everywhere, and on each platform. */
export interface ExtraFiles
  extends Readonly<Record<'everywhere' | 'linux' | 'mac' | 'win', readonly string[]>> {}

/** The part of electron-builder's configuration that says so. */
export const builderConfig: z.ZodType<ExtraFiles> = z
  .object({ extraResources: entries, extraFiles: entries, linux: platform, mac: platform, win: platform })
  .transform(({ extraResources, extraFiles, ...own }) => ({
    everywhere: [...extraResources, ...extraFiles],
    ...own,
  }))
