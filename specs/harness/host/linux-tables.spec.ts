import { describe, expect, test } from 'vitest'
import { findMarker, parseStat } from '../../../harness/host/linux-processes.ts'
import { decodeAddress, parseSocketTable } from '../../../harness/host/linux-sockets.ts'

/** A line of /proc/PID/stat, of a process in state `state` with `threads` threads. */
function statLine(name: string, state = 'S', threads = 1): string {
  return `4871 (${name}) ${state} 4870 4172 4100 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 ${threads} 0 93493 3133440 394 184467\n`
}

describe('parseStat', () => {
  test('reads pid, parent, group, session and start time', () => {
    expect(parseStat(statLine('backend'))).toEqual({
      pid: 4871,
      parentPid: 4870,
      groupId: 4172,
      sessionId: 4100,
      startedAt: '93493',
      threadName: 'backend',
    })
  })

  test.each(['a b', '(sd-pam)', 'x) Z 1 1 1 (', 'line\nfeed', ''])('takes the name %j as it comes', name => {
    expect(parseStat(statLine(name))).toMatchObject({ threadName: name, parentPid: 4870, startedAt: '93493' })
  })

  test.each(['Z', 'X', 'x'])('counts state %s as dead', state => {
    expect(parseStat(statLine('backend', state))).toBeUndefined()
  })

  test.each(['R', 'S', 'D', 'T', 't', 'I'])('counts state %s as alive', state => {
    expect(parseStat(statLine('backend', state))).toBeDefined()
  })

  test('counts a process as alive whose main thread alone has ended', () => {
    expect(parseStat(statLine('backend', 'Z', 2))).toBeDefined()
  })

  test.each(['', '4871', '4871 (backend) S 1 1'])('says so when the line is %j', line => {
    expect(() => parseStat(line)).toThrow('cannot be read')
  })
})

describe('findMarker', () => {
  test.each([
    ['first', 'SIDECAR_HARNESS_LIFE=one\0HOME=/\0', 'one'],
    ['last', 'HOME=/\0SIDECAR_HARNESS_LIFE=one\0', 'one'],
    ['last and without its NUL', 'HOME=/\0SIDECAR_HARNESS_LIFE=one', 'one'],
    ['empty', 'SIDECAR_HARNESS_LIFE=\0HOME=/\0', ''],
    ['behind a name that ends like it', 'NO_SIDECAR_HARNESS_LIFE=two\0SIDECAR_HARNESS_LIFE=one\0', 'one'],
    ['only the end of another name', 'NO_SIDECAR_HARNESS_LIFE=two\0', undefined],
    ['only in a value', 'COMMAND=env SIDECAR_HARNESS_LIFE=two\0', undefined],
    ['not there', 'HOME=/\0', undefined],
    ['in no environment at all', '', undefined],
  ])('when it is %s', (_, environment, expected) => {
    expect(findMarker(Buffer.from(environment))).toBe(expected)
  })
})

describe('decodeAddress', () => {
  test.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['0A01A8C0', '192.168.1.10'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['000080FE00000000FF005450B6AD1DFE', 'fe80::5054:ff:fe1d:adb6'],
  ])('%s of a little-endian machine is %s', (hex, address) => {
    expect(decodeAddress(hex, 'LE')).toBe(address)
  })

  test.each([
    ['7F000001', '127.0.0.1'],
    ['00000000000000000000FFFF7F000001', '127.0.0.1'],
    ['FE80000000000000505400FFFE1DADB6', 'fe80::5054:ff:fe1d:adb6'],
  ])('%s of a big-endian machine is %s', (hex, address) => {
    expect(decodeAddress(hex, 'BE')).toBe(address)
  })
})

describe('parseSocketTable', () => {
  test('takes the rows that are listening', () => {
    const rest = '00000000:00000000 00:00000000 00000000  1000        0'
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      `   0: 00000000:1F90 00000000:0000 0A ${rest} 9308 1 0000000086ad2e5d 100 0 0 10 0`,
      `   1: 00000000:1F90 00000000:D2F0 01 ${rest} 9400 1 0000000086ad2e5d 20 4 30 10 -1`,
      `1234: 00000000:0016 00000000:0000 0A ${rest} 55 1 0000000086ad2e5d 100 0 0 10 0`,
      '',
    ].join('\n')

    expect(parseSocketTable(table)).toEqual([
      { inode: '9308', address: '0.0.0.0', port: 8080 },
      { inode: '55', address: '0.0.0.0', port: 22 },
    ])
  })
})
