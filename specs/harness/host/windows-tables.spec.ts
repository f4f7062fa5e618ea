import { describe, expect, test } from 'vitest'
import { createFamilyFinder } from '../../../harness/host/family.ts'
import { HostLookupError } from '../../../harness/host/host.ts'
import {
  parseListeners,
  parseProcesses,
  parseUsage,
  startedBefore,
  type WindowsProcess,
} from '../../../harness/host/windows-tables.ts'

/** As PowerShell prints a process: with the start time in ticks of 100 ns. */
function processRow(pid: number, parentPid: number, ticks: number, name = 'backend.exe') {
  const startedAt = String(638_000_000_000_000_000n + BigInt(ticks))
  return { ProcessId: pid, ParentProcessId: parentPid, Name: name, StartedAt: startedAt }
}

describe('parseProcesses', () => {
  test('reads a list', () => {
    const json =
      '[{"ProcessId":0,"ParentProcessId":0,"Name":"System Idle Process","StartedAt":null},{"ProcessId":4312,"ParentProcessId":980,"Name":"backend.exe","StartedAt":"638992766012345678"}]\r\n'

    expect(parseProcesses(json)).toEqual([
      expect.objectContaining({ pid: 0, startedAt: '', command: 'System Idle Process' }),
      {
        pid: 4312,
        parentPid: 980,
        groupId: 4312,
        sessionId: undefined,
        startedAt: '638992766012345678',
        command: 'backend.exe',
      },
    ])
  })

  test('reads the lone object that PowerShell 5.1 prints for one row, and the nothing for none', () => {
    expect(parseProcesses(JSON.stringify(processRow(7, 1, 0)))).toHaveLength(1)
    expect(parseProcesses('\r\n')).toEqual([])
  })

  test('does not believe in a parent that is younger than its child', () => {
    const rows = parseProcesses(
      JSON.stringify([processRow(7, 9, 100), processRow(9, 1, 200), processRow(8, 7, 300)]),
    )

    expect(rows.map(({ parentPid }) => parentPid)).toEqual([0, 1, 7])
  })

  test.each(['Get-CimInstance : Access denied', '[1]', '[{"ProcessId":"7"}]'])(
    'says so when it is %j',
    text => {
      expect(() => parseProcesses(text)).toThrow(HostLookupError)
    },
  )
})

describe('parseListeners', () => {
  test('reads both families', () => {
    const json = JSON.stringify([
      { LocalAddress: '127.0.0.1', LocalPort: 5000, OwningProcess: 7 },
      { LocalAddress: '::', LocalPort: 135, OwningProcess: 900 },
      { LocalAddress: '::ffff:127.0.0.1', LocalPort: 6000, OwningProcess: 8 },
    ])

    expect(parseListeners(json)).toEqual([
      { address: '127.0.0.1', port: 5000, pid: 7 },
      { address: '::', port: 135, pid: 900 },
      { address: '127.0.0.1', port: 6000, pid: 8 },
    ])
  })
})

describe('parseUsage', () => {
  test('reads times in units of 100 ns', () => {
    const json =
      '{"ProcessId":4312,"KernelModeTime":156250,"UserModeTime":312500,"WorkingSetSize":52428800,"HandleCount":211}'

    expect(parseUsage(json)).toEqual([
      { pid: 4_312, cpuMs: 46.875, residentBytes: 52_428_800, descriptors: 211 },
    ])
  })

  test('says so when a column is missing', () => {
    expect(() => parseUsage('{"ProcessId":4312,"WorkingSetSize":52428800}')).toThrow(HostLookupError)
  })
})

describe('a family on Windows', () => {
  const life = { pid: 7, marker: 'ours' }

  test("keeps the dead leader's children, not those of a stranger that has its pid or had it before", () => {
    const findFamily = createFamilyFinder<WindowsProcess>({ startedBefore })
    const look = (...rows: object[]) =>
      findFamily(life, parseProcesses(JSON.stringify(rows))).map(({ pid }) => pid)
    const olderOrphan = processRow(5, 7, 10)
    const child = processRow(8, 7, 200)

    expect(look(olderOrphan, processRow(7, 1, 100), child)).toEqual([7, 8])
    expect(look(olderOrphan, child, processRow(9, 7, 250))).toEqual([8, 9])
    expect(look(olderOrphan, processRow(7, 1, 300), child, processRow(10, 7, 400))).toEqual([8])
  })
})
