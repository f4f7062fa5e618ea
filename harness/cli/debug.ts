import { resolve } from 'node:path'
import type { ResolvedContract } from '../contract/resolve.ts'
import { prepareArtifacts } from './artifacts.ts'
import { chooseContracts, theOnly } from './contracts.ts'
import { DEBUG_HELP, type DebugOptions, readDebugOptions } from './debug-options.ts'
import { EXIT } from './exit.ts'
import { nameBinary } from './named-binary.ts'

/** One observed life, explained. Comes back with the exit code. */
export async function debug(args: string[]): Promise<number> {
  const options = readDebugOptions(args)
  if (options === null) {
    process.stdout.write(DEBUG_HELP)
    return EXIT.passed
  }
  const chosen = await chooseContracts(options)
  const named = nameBinary(options.binary, chosen, 'debug')
  const contract = theOnly(chosen, 'debug explains one sidecar')
  const [place] = await prepareArtifacts(options.artifacts, [contract.contract.name])
  const { explainBinary } = await import('./explain-binary.ts')
  const oneOfSeveral = chosen.known > 1
  return explainBinary({ options, resolved: adapt(contract, options), named, place, oneOfSeveral })
}

/** The contract with what the command line adds to it. */
function adapt(resolved: ResolvedContract, { args, env, cwd, signal }: DebugOptions): ResolvedContract {
  const { contract } = resolved
  const { signals } = contract.stop
  return {
    ...resolved,
    contract: {
      ...contract,
      args: [...contract.args, ...args],
      env: { ...contract.env, ...env },
      ...(cwd === undefined ? {} : { cwd: resolve(cwd) }),
      // The first is the one by which the observed life is stopped.
      stop: {
        ...contract.stop,
        signals: signal === undefined ? signals : [signal, ...signals.filter(each => each !== signal)],
      },
    },
  }
}
