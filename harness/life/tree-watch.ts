import { Deadline } from './deadline.ts'
import type { Observed } from './look.ts'

/** Often enough that a program which starts itself has not brought the machine down between two looks. */
const LOOK_EVERY_MS = 20

/** Looks again and again how many processes there are, until `over`. True when there were more than the cap. */
export async function growsBeyond(
  cap: number,
  { host, identity, recorder }: Observed,
  over: Promise<unknown>,
): Promise<boolean> {
  for (;;) {
    if (await new Deadline(LOOK_EVERY_MS).before(over)) return false
    const processes = await host.tree(identity)
    if (processes.length <= cap) continue
    recorder.record({ type: 'tree', moment: 'when it was too large', processes })
    recorder.record({ type: 'tree-burst', processes: processes.length, cap })
    return true
  }
}
