import { networkInterfaces } from 'node:os'

/** An IPv4 address that is mapped into IPv6 (`::ffff:127.0.0.1`) as IPv4; any other address as it is. */
export function unmapAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/** Whether an address is one of this machine's: loopback, or one of an interface. */
export function isOfThisMachine(address: string): boolean {
  // The zone of a link-local address (`fe80::1%eth0`) says by which interface, and not where.
  const [plain = ''] = unmapAddress(address).toLowerCase().split('%')
  if (/^127\./.test(plain) || plain === '::1') return true
  const interfaces = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return interfaces.some(each => each.address === plain)
}
