import { open } from 'node:fs/promises'
import { explainExit, runTool, type Tool } from './tool.ts'

/** Only GNU's asks for that, and without root: `iflag=nocache` with no block to copy (coreutils manual, "dd invocation"). */
const DD: Tool = { name: 'dd', howToGet: 'install coreutils' }

/**
 * Has the kernel forget what it keeps of a file, so that the next launch reads it from the disk, as the first one after
 * a boot does. Comes back with why it could not, or null. It is advice: pages that somebody runs stay.
 */
export async function forgetFile(file: string): Promise<string | null> {
  if (process.platform !== 'linux') return `nobody but root can have ${process.platform} forget a file`
  // What is not on the disk yet cannot be forgotten.
  const handle = await open(file)
  await handle.datasync().finally(() => handle.close())
  try {
    const answer = await runTool(DD, [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
    return answer.code === 0 ? null : explainExit(DD, answer)
  } catch (error) {
    return (error as Error).message
  }
}
