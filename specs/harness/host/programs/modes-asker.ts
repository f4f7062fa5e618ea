/** A harness that asks how modes are made to count for what it launches. Prints the answer. */

import { findWriteBarrier } from '../../../../harness/host/unprivileged.ts'

const barrier = await findWriteBarrier()
process.stdout.write(JSON.stringify(barrier))
