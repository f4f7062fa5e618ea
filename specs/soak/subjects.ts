import { join } from 'node:path'
import { contractFor } from '../../fixtures/faulty/contract.ts'
import { makeFaulty } from '../../fixtures/faulty/make.ts'
import { loadContract } from '../../harness/contract/load.ts'
import { type ResolvedContract, resolveContract } from '../../harness/contract/resolve.ts'
import { findBinary } from '../../harness/gate/find-binary.ts'

/** A sound sidecar: nothing of it may ever fail. */
export interface Subject {
  readonly resolved: ResolvedContract
  readonly file: string
}

export type SubjectName = 'reference' | 'native' | 'twin'

export const SUBJECTS: Readonly<Record<SubjectName, (directory: string) => Promise<Subject>>> = {
  /** The Hono backend, packed into one binary, under the contract that its app ships it with. */
  async reference() {
    const resolved = await loadContract(join(import.meta.dirname, '../../fixtures/desktop/sidecar.config.ts'))
    const { file } = await findBinary(resolved.contract, undefined)
    return { resolved, file }
  },
  /** The sidecar in C. */
  async native(directory) {
    return {
      resolved: resolveContract(
        { health: { app: 'native-sidecar' }, stop: { slowPath: '/slow?ms=400' } },
        { file: null, directory },
      ),
      file: await makeFaulty('sound-native', directory),
    }
  },
  /** The twin in Node that all faults are switches of, with everything judged that a contract can name. */
  async twin(directory) {
    return {
      resolved: resolveContract(contractFor('none'), { file: null, directory }),
      file: await makeFaulty('none', directory),
    }
  },
}
