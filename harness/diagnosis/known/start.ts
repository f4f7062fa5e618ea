import type { KnownFailure } from '../known-failure.ts'
import { recognisedBySaying } from '../said.ts'
import { codeFailures } from './ended-code.ts'
import { crashFailures } from './ended-crash.ts'
import { macosFailures } from './ended-macos.ts'
import { signalFailures } from './ended-signal.ts'
import { windowsFailures } from './ended-windows.ts'
import { endsSilently, givesUp } from './ended-words.ts'
import { launchFailures } from './launch-failed.ts'
import { neverReadyFailures } from './never-ready.ts'
import { loaderSays } from './says-loader.ts'
import { packedSays } from './says-packed.ts'
import { runtimeSays } from './says-runtime.ts'
import { programNotFound, systemSays } from './says-system.ts'
import { startBareFailures } from './start-bare.ts'
import { START } from './start-clauses.ts'
import { startEmptyFailures } from './start-empty.ts'
import { startHostileFailures } from './start-hostile.ts'
import { startLitterFailures } from './start-litter.ts'
import { startPathFailures } from './start-path.ts'
import { startPlaceFailures } from './start-place.ts'
import { startStdinFailures } from './start-stdin.ts'
import { startTreeFailures } from './start-tree.ts'

/**
 * From launch to ready. What loaders, packers, runtimes and the system say comes first: they know best. Then how it
 * ended, by its code and its signal, and last what did not end.
 */
export const startFailures: readonly KnownFailure[] = [
  ...launchFailures,
  ...recognisedBySaying(START, [...loaderSays, ...packedSays, ...runtimeSays, ...systemSays]),
  ...crashFailures,
  ...windowsFailures,
  ...codeFailures,
  ...macosFailures,
  ...signalFailures,
  endsSilently,
  givesUp,
  ...neverReadyFailures,
  ...programNotFound,
  ...startBareFailures,
  ...startEmptyFailures,
  ...startPathFailures,
  ...startPlaceFailures,
  ...startHostileFailures,
  ...startStdinFailures,
  ...startTreeFailures,
  ...startLitterFailures,
]
