import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a tool's launch and its "go on" write the time: the tool is another process, and tells neither. */
export interface Stamps {
  readonly launched: string
  readonly ready: string
}

export async function makeStamps(directory: string): Promise<Stamps> {
  const own = await mkdtemp(join(directory, 'stamps-'))
  return { launched: join(own, 'launched'), ready: join(own, 'ready') }
}

/** Milliseconds between the two. Throws where either is missing. */
export async function between({ launched, ready }: Stamps): Promise<number> {
  const [from, to] = await Promise.all(
    [launched, ready].map(async file => BigInt(await readFile(file, 'utf8'))),
  )
  if (from === undefined || to === undefined || to < from)
    throw new Error('it was ready before it was launched')
  return Number(to - from) / 1e6
}
