/** A harness that neither releases its port nor stops listening. It has to end all the same. */

import { holdPort, reservePort } from '../../../../harness/host/ports.ts'

const { port } = await reservePort()
const held = await holdPort(port, '127.0.0.1')
process.stdout.write(`${held?.port === port}\n`)
