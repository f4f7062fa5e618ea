/** A harness in a network of its own. Prints which addresses can be held there, and what became of its wish for a port. */

import { LOCAL_ADDRESSES } from '../../../../harness/host/listening.ts'
import { holdPort, reservePort } from '../../../../harness/host/ports.ts'

const held = await Promise.all(
  LOCAL_ADDRESSES.map(async (address, index) => holdPort(20_000 + index, address)),
)
const addresses = held.filter(hold => hold !== null).map(({ address }) => address)
const wish = await reservePort().catch(({ name, message, blame }) => ({ name, message, blame }))
process.stdout.write(JSON.stringify({ addresses, wish }))
