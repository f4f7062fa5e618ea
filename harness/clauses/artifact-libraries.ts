import type { ArtifactDescription } from '../artifact/description.ts'
import { newestOf } from '../artifact/glibc-version.ts'
import { judgeLaunchable } from '../artifact/launchable.ts'
import { findAboveFloor } from '../artifact/libc-floor.ts'
import { findAboveMacosFloor } from '../artifact/macos-floor.ts'
import { findOwnLibraries } from '../artifact/own-libraries.ts'
import { findRefusal, isOutOfSight } from '../artifact/refusal.ts'
import type { Contract } from '../contract/contract.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, type Finding, fail, type JudgeInput, pass, skipped } from './clause.ts'

const EXPECTED = 'its loader, every library that it needs, and the versions that it needs of them'

const MOST_NAMED = 3

export const librariesResolve: Clause = {
  id: 'artifact/libraries-resolve',
  scenarios: [],
  judge({ artifact, host, machine, contract }) {
    // The floors are other machines than this one, and the file tells what it asks of them wherever it is read.
    const above = judgeFloors(artifact, contract)
    if (!judgeLaunchable(artifact, machine).launchable) return above ?? blocked('artifact/native-format')
    const { format, libraries, interpreter } = artifact
    if (format === 'script') return pass('a script: it needs its interpreter, and no library itself')
    // Those of this machine say nothing of another's.
    const isElsewhere = machine.target !== undefined
    if (format !== 'elf' || libraries === null || isElsewhere) {
      return above ?? skipped(describeForeign(artifact, contract))
    }

    const refusal = findRefusal(artifact, host, contract.env)
    if (refusal !== null) return fail(`${EXPECTED}, on this machine`, refusal, null)
    if (above !== null) return above

    if (libraries.needed.length === 0) return pass('it needs no library')
    if (!isOutOfSight(libraries, contract.env)) return pass(describeFound(artifact))
    return skipped(
      libraries.searched
        ? 'the contract sets LD_LIBRARY_PATH, where nobody looked'
        : `where its loader ${printable(interpreter?.path ?? '')} looks for libraries is not known`,
    )
  },
}

/** A file for another machine tells what it asks of the floors; where its libraries are is not this machine's to say. */
export function judgeTargetLibraries({
  artifact,
  contract,
}: Pick<JudgeInput, 'artifact' | 'contract'>): Finding {
  return judgeFloors(artifact, contract) ?? skipped(describeForeign(artifact, contract))
}

type Floors = Pick<Contract, 'libcFloor' | 'macosFloor'>

/** Null where it asks for nothing newer than the contract names, as far as its file tells. */
function judgeFloors(artifact: ArtifactDescription, { libcFloor, macosFloor }: Floors): Finding | null {
  const libc = libcFloor === null ? null : findAboveFloor(artifact, libcFloor)
  if (libc !== null) return fail(`that it runs with ${libcFloor}, which is the contract's floor`, libc, null)
  // Contracts of before there was such a floor do not have it.
  const macos = macosFloor == null ? null : findAboveMacosFloor(artifact, macosFloor)
  if (macos === null) return null
  return fail(`that it runs on macOS ${macosFloor}, which is the contract's floor`, macos, null)
}

function describeFound({ libraries }: ArtifactDescription): string {
  const { needed = [], versions = [], newestGlibc = null } = libraries ?? {}
  const count = `${needed.length} ${needed.length === 1 ? 'library' : 'libraries'} found`
  const required = newestOf(versions.flatMap(({ names }) => names))
  return required === null || newestGlibc === null
    ? count
    : `${count}; it needs ${printable(required)}, and this machine has ${printable(newestGlibc)}`
}

function describeForeign(artifact: ArtifactDescription, { macosFloor }: Floors): string {
  const { os, format, leastMacos } = artifact
  // On Linux no name tells the system's from others.
  const own = format === 'elf' ? [] : findOwnLibraries(artifact)
  const named = own.slice(0, MOST_NAMED).map(name => printable(name, 80))
  const which = own.length === 0 ? '' : `; beside the system's it needs ${named.join(', ')}`
  const floor =
    os !== 'macos' || macosFloor == null
      ? ''
      : leastMacos == null
        ? '; from which macOS on it runs it does not say'
        : `; it says that it runs on macOS ${leastMacos} and newer, which the contract's floor allows`
  return `the libraries of programs for ${os ?? 'an unknown system'} are not looked for${which}${floor}`
}
