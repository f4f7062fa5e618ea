import { describe, expect } from 'vitest'
import { test } from '../cli/command.ts'
import {
  expectNothingLeft,
  expectNoVerdict,
  expectSound,
  isPossible,
  NEEDS_ROOT,
  soundSidecar,
  type Through,
  withNetwork,
} from './surroundings.ts'

const sidecar = soundSidecar()

const UP = 'ip link set lo up'
const CAN_HAVE_NETWORK = isPossible(withNetwork(UP))

/** Ports that the kernel hands out, in that network alone. */
function handingOut(range: string): string {
  return `${UP} && echo '${range}' > /proc/sys/net/ipv4/ip_local_port_range`
}

/** Takes every port that the kernel hands out, says so, and ends with its stdin. */
const HOLDER = `
const { createServer } = require('node:net')
const hold = () => createServer().listen({ port: 0, host: '0.0.0.0' }, hold).on('error', () => console.log('held'))
hold()
process.stdin.resume().on('end', () => process.exit())`

/** With all those ports in use. */
function withPortsTaken(range: string): Through {
  // The shell stays: whatever it has started ends with its end of the pipe.
  const script = `${handingOut(range)} && mkfifo "$0/held" "$0/end" || exit
    '${process.execPath}' -e "$1" < "$0/end" > "$0/held" &
    exec 9> "$0/end"
    read -r _ < "$0/held"
    shift; "$@" 9>&-; code=$?
    exec 9>&-; wait; exit $code`
  return ['unshare', '-n', 'sh', '-c', script]
}

describe('a network', () => {
  test('of its own is enough', async ({ place, skip }) => {
    skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)

    await expectSound(place, await place.runWith({ through: withNetwork(UP) }, 'check', sidecar()))
  })

  test.for(['check', 'debug'])(
    'without loopback is told by %s, and is no failed request',
    async (command, { place, skip }) => {
      skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)
      const contract = await place.write('contract.json', JSON.stringify({ budgets: { readyMs: 500 } }))

      const { code, stderr } = await place.runWith(
        { through: withNetwork('true') },
        ...[command, sidecar(), '--config', contract],
      )

      expect(stderr).toMatch(
        /^What listens on 127\.0\.0\.1 cannot be reached here, whoever it is: connect ENETUNREACH .*\(ip link set lo up\)/m,
      )
      expect(code).toBe(3)
      await expectNothingLeft(place)
    },
  )

  test('that hands out a few ports is told, before anything is launched', async ({ place, skip }) => {
    skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)
    const through = withNetwork(handingOut('40000 40007'))

    await expectNoVerdict(
      place,
      await place.runWith({ through }, 'check', sidecar()),
      /^The kernel hands out only 8 ports, of 40000 to 40007, .*: widen net\.ipv4\.ip_local_port_range\.\n$/,
    )
  })

  test('that hands out as many as are needed is enough', async ({ place, skip }) => {
    skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)
    const through = withNetwork(handingOut('40000 44095'))

    await expectSound(place, await place.runWith({ through }, 'check', sidecar()))
  })

  test.for([['check'], ['debug'], ['compare']])(
    'whose ports are all taken is told by %s, and no sidecar is blamed',
    async ([command = ''], { place, skip }) => {
      skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)
      const through = [...withPortsTaken('40000 44095'), place.directory, HOLDER]
      const args = command === 'compare' ? [sidecar(), sidecar()] : [sidecar()]

      const { code, stderr } = await place.runWith({ through }, command, ...args)

      expect(stderr).toMatch(
        /^No program can get a port of its own on 127\.0\.0\.1 here: the ports that the kernel hands out, 40000 to 44095, are all taken\. End what holds them, or widen /m,
      )
      expect(code).toBe(3)
      await expectNothingLeft(place)
    },
  )

  test('that keeps no port for the harness is told, with the remedy', async ({ place, skip }) => {
    skip(!CAN_HAVE_NETWORK, NEEDS_ROOT)
    const through = withNetwork(handingOut('1024 65535'))

    await expectNoVerdict(
      place,
      await place.runWith({ through }, 'check', sidecar()),
      /^The kernel hands out every port to whoever asks for any, .*: narrow net\.ipv4\.ip_local_port_range, or set some ports aside/,
    )
  })
})
