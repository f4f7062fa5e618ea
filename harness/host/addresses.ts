/** An IPv4 address that is mapped into IPv6 (`::ffff:127.0.0.1`) as IPv4; any other address as it is. */
export function unmapAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
