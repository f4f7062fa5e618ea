import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { HostLookupError } from '../../../harness/host/host.ts'
import { parseEphemeralPorts, walkAskablePorts } from '../../../harness/host/port-range.ts'

/** undici's own list of what `fetch` refuses. */
const { badPorts } = createRequire(import.meta.url)('undici/lib/web/fetch/constants.js') as {
  badPorts: readonly string[]
}

/** Every port that is asked for before any is asked for again. */
function oneRound(range: string, setAside = ''): Set<number> {
  const ports = new Set<number>()
  for (const port of walkAskablePorts(parseEphemeralPorts(range, setAside))) {
    if (ports.has(port)) break
    ports.add(port)
  }
  return ports
}

describe('walkAskablePorts', () => {
  test('visits all outside the range that the kernel hands out, and none inside', () => {
    const ports = oneRound('32768\t60999\n')

    expect([...ports].filter(port => port < 1_024 || (port >= 32_768 && port <= 60_999))).toEqual([])
    for (const port of [1_024, 32_767, 61_000, 65_535]) expect(ports).toContain(port)
    // All but what is avoided.
    expect(ports.size).toBeGreaterThan(65_536 - 1_024 - (61_000 - 32_768) - 150)
  })

  test('visits none that fetch refuses, nor one that is set aside', () => {
    const ports = oneRound('32768 60999', '8082,20000-20099\n')

    expect(badPorts.filter(port => ports.has(Number(port)))).toEqual([])
    expect([...ports].filter(port => port === 8_082 || (port >= 20_000 && port < 20_100))).toEqual([])
    expect(ports).toContain(20_100)
  })

  test('visits what is set aside where the kernel hands out all the others', () => {
    expect([...oneRound('1024 65535', '20000-20002,30000')].sort()).toEqual([20_000, 20_001, 20_002, 30_000])
    expect([...oneRound('1025 65530', '20000')]).toEqual([20_000])
  })

  test('ends where there is none', () => {
    expect([...walkAskablePorts(parseEphemeralPorts('1024 65535', ''))]).toEqual([])
  })

  test('begins elsewhere each time, and does not go on to the next', () => {
    const walks = Array.from({ length: 20 }, () => walkAskablePorts(parseEphemeralPorts('32768 60999', '')))
    const [starts, seconds] = [walks.map(walk => walk.next().value), walks.map(walk => walk.next().value)]

    expect(new Set(starts).size).toBeGreaterThan(15)
    for (const [index, port] of seconds.entries()) {
      expect(Math.abs(port - (starts[index] ?? port))).toBeGreaterThan(100)
    }
  })
})

describe('parseEphemeralPorts', () => {
  test('reads single ports and spans', () => {
    expect(parseEphemeralPorts('32768\t60999\n', '8080,9000-9002\n')).toEqual({
      first: 32_768,
      last: 60_999,
      setAside: new Set([8_080, 9_000, 9_001, 9_002]),
    })
  })

  test.each([
    ['', ''],
    ['32768', ''],
    ['32768 60999', '8080;9000'],
  ])('says so when they are %j and %j', (range, reserved) => {
    expect(() => parseEphemeralPorts(range, reserved)).toThrow(HostLookupError)
  })
})
