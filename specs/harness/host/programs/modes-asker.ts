/** A harness that asks how modes are made to count for what it launches. Prints the answer. */

import { tmpdir } from 'node:os'
import { findWriteBarrier } from '../../../../harness/host/unprivileged.ts'

const barrier = await findWriteBarrier(tmpdir())
process.stdout.write(JSON.stringify(barrier))
