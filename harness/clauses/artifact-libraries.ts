import type { ArtifactDescription } from '../artifact/description.ts'
import { newestOf } from '../artifact/glibc-version.ts'
import { judgeLaunchable } from '../artifact/launchable.ts'
import { findAboveFloor } from '../artifact/libc-floor.ts'
import { findRefusal, isOutOfSight } from '../artifact/refusal.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, fail, pass, skipped } from './clause.ts'

const EXPECTED = 'its loader, every library that it needs, and the versions that it needs of them'

/** On macOS these lie in a cache, where no file shows them. */
const OF_MACOS = /^\/(usr\/lib|System)\//
const MOST_NAMED = 3

export const librariesResolve: Clause = {
  id: 'artifact/libraries-resolve',
  scenarios: [],
  judge({ artifact, host, contract: { env, libcFloor } }) {
    if (!judgeLaunchable(artifact, host).launchable) return blocked('artifact/native-format')
    const { format, libraries, interpreter } = artifact
    if (format === 'script') return pass('a script: it needs its interpreter, and no library itself')
    if (format !== 'elf' || libraries === null) return skipped(describeForeign(artifact))

    const refusal = findRefusal(artifact, host, env)
    if (refusal !== null) return fail(`${EXPECTED}, on this machine`, refusal, null)
    const tooNew = libcFloor === null ? null : findAboveFloor(artifact, libcFloor)
    if (tooNew !== null)
      return fail(`that it runs with ${libcFloor}, which is the contract's floor`, tooNew, null)

    if (libraries.needed.length === 0) return pass('it needs no library')
    if (!isOutOfSight(libraries, env)) return pass(describeFound(artifact))
    return skipped(
      libraries.searched
        ? 'the contract sets LD_LIBRARY_PATH, where nobody looked'
        : `where its loader ${printable(interpreter?.path ?? '')} looks for libraries is not known`,
    )
  },
}

function describeFound({ libraries }: ArtifactDescription): string {
  const { needed = [], versions = [], newestGlibc = null } = libraries ?? {}
  const count = `${needed.length} ${needed.length === 1 ? 'library' : 'libraries'} found`
  const required = newestOf(versions.flatMap(({ names }) => names))
  return required === null || newestGlibc === null
    ? count
    : `${count}; it needs ${printable(required)}, and this machine has ${printable(newestGlibc)}`
}

function describeForeign({ os, libraries }: ArtifactDescription): string {
  const own = (libraries?.needed ?? []).map(({ name }) => name).filter(name => !OF_MACOS.test(name))
  const named = own.slice(0, MOST_NAMED).map(name => printable(name, 80))
  const which = own.length === 0 ? '' : `; beside the system's it needs ${named.join(', ')}`
  return `the libraries of programs for ${os ?? 'an unknown system'} are not looked for${which}`
}
