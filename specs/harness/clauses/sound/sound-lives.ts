import type { Contract } from '../../../../harness/contract/contract.ts'
import type { Launch, Script } from '../recordings.ts'

/** A life that has become ready, `<scenario>` or `<scenario>.<instance>`, on a port of its own. */
export type ReadyLife = (id: string, launch?: Partial<Launch>) => Script

/** The lives of a sound sidecar in the scenario that `id` names; null for a scenario of another group. */
export type SoundLives = (
  id: string,
  contract: Contract,
  ready: ReadyLife,
  /** One that has been launched, and no more. */
  begin: ReadyLife,
) => Script[] | null
