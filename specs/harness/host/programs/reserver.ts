/** A harness that wants ports, of a list for which others compete: it prints those that it got, and keeps them. */

import { once } from 'node:events'
import { reserveFrom } from '../../../../harness/host/ports.ts'

export interface Wish {
  readonly ports: readonly number[]
  readonly count: number
}

const { ports, count }: Wish = JSON.parse(process.argv[2] ?? '')
process.stdout.write('ready\n')
// All begin when the spec says so.
await once(process.stdin, 'data')
const reserve = reserveFrom(ports.values())
const reserved = await Promise.all(Array.from({ length: count }, reserve))
process.stdout.write(`${JSON.stringify(reserved.map(({ port }) => port))}\n`)
process.stdin.on('end', () => process.exit()).resume()
