import type { Host, HostKind } from '../host/host.ts'
import { UsageError } from './usage.ts'

/** By what the system is asked about processes: `auto`, or what --host names. Throws UsageError. */
export async function chooseHost(kind: string): Promise<Host> {
  const { selectHost } = await import('../host/index.ts')
  try {
    return selectHost(kind as HostKind | 'auto')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`--host: ${error.message}`)
  }
}
