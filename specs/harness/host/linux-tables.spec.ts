import { describe, expect, test } from 'vitest'
import { findMarker, parseStat } from '../../../harness/host/linux-processes.ts'
import { decodeAddress, parseSocketTable } from '../../../harness/host/linux-sockets.ts'
import { findClockTicks, parseMemory } from '../../../harness/host/linux-usage.ts'

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
      hasTerminal: false,
      startedAt: '93493',
      threadName: 'backend',
      cpuTicks: 0,
      childrenCpuTicks: 0,
    })
  })

  test('adds up user and system time, and keeps the children apart', () => {
    const line = statLine('backend').replace('4194304 99 0 0 0 0 0 0 0', '4194304 99 5 6 7 1000 234 50 3')

    expect(parseStat(line)).toMatchObject({ cpuTicks: 1_234, childrenCpuTicks: 53, startedAt: '93493' })
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

describe('parseMemory', () => {
  const header = '55659d7e1000-7ffd6c3b8000 ---p 00000000 00:00 0                          [rollup]\n'
  const all = 'Rss:               46920 kB\nPss:               20000 kB\nPss_Dirty:          9600 kB\n'

  test('tells what a process has written from what is mapped into it', () => {
    const text = `${header}${all}Pss_Anon:           9000 kB\nPss_File:          11000 kB\nAnonymous:          9600 kB\n`

    expect(parseMemory(text)).toEqual({ ownBytes: 9_000 * 1_024, sharedBytes: (46_920 - 9_600) * 1_024 })
  })

  test.each([
    ['a kernel before 5.3', `${header}${all}Anonymous:          9600 kB\n`, 46_920],
    ['/proc/PID/status', 'VmHWM:\t   50000 kB\nVmRSS:\t   46920 kB\nRssAnon:\t    9600 kB\n', 46_920],
  ])('takes all for its own where %s does not tell', (_, text, kibibytes) => {
    expect(parseMemory(text)).toEqual({ ownBytes: kibibytes * 1_024, sharedBytes: 0 })
  })

  test('is not there in the status of a zombie', () => {
    expect(parseMemory('Name:\tbackend\nState:\tZ (zombie)\n')).toBeUndefined()
  })
})

describe('findClockTicks', () => {
  test.each([
    [8, 'LE', '1000000000000000 1700000000000000 1100000000000000 6400000000000000'],
    [8, 'BE', '0000000000000010 0000000000000017 0000000000000011 0000000000000064'],
    [4, 'LE', '10000000 17000000 11000000 64000000'],
  ] as const)('finds it among words of %i bytes, %s', (wordBytes, byteOrder, words) => {
    const vector = Buffer.from(words.replaceAll(' ', ''), 'hex')

    expect(findClockTicks(vector, wordBytes, byteOrder)).toBe(100)
  })

  test('does not take a value for a type, nor half a pair for a whole one', () => {
    expect(findClockTicks(Buffer.from('10000000110000001100000064', 'hex'), 4, 'LE')).toBeUndefined()
  })
})
