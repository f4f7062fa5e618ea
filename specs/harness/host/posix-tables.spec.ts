import { describe, expect, test } from 'vitest'
import { HostLookupError } from '../../../harness/host/host.ts'
import { parseProcesses } from '../../../harness/host/posix-processes.ts'
import { parseSockets } from '../../../harness/host/posix-sockets.ts'
import { parseUsage } from '../../../harness/host/posix-usage.ts'
import { runTool } from '../../../harness/host/tool.ts'

describe('parseProcesses', () => {
  test('reads what ps of procps prints', () => {
    const output =
      '    1     0     0 SLl  Sun Nov 22 10:23:30 2026 /sbin/init\n 4871     1  4871 Ss   Mon Nov  2 01:02:03 2026 sleep 1000\n'

    expect(parseProcesses(output)).toEqual([
      expect.objectContaining({ pid: 1, parentPid: 0, groupId: 0, command: '/sbin/init' }),
      {
        pid: 4871,
        parentPid: 1,
        groupId: 4871,
        sessionId: undefined,
        startedAt: 'Mon Nov  2 01:02:03 2026',
        command: 'sleep 1000',
      },
    ])
  })

  test('reads the columns of macOS, where the start time is padded', () => {
    const output =
      '  501   499   499 S+   Sun Nov 22 10:23:30 2026     /Applications/My App.app/Contents/MacOS/backend --port 0\n'

    expect(parseProcesses(output)).toEqual([
      expect.objectContaining({
        pid: 501,
        command: '/Applications/My App.app/Contents/MacOS/backend --port 0',
      }),
    ])
  })

  test('leaves zombies out, also such as have no start time any more', () => {
    const output =
      ' 7 1 7 Z Sun Nov 22 10:23:30 2026 [sleep] <defunct>\n 8 1 8 Z+ - <defunct>\n 9 1 9 S Sun Nov 22 10:23:30 2026 \n'

    expect(parseProcesses(output)).toEqual([expect.objectContaining({ pid: 9, command: '' })])
  })

  test('does not skip a line that it cannot read', () => {
    expect(() => parseProcesses('ps: unknown column\n')).toThrow(HostLookupError)
  })
})

describe('parseSockets', () => {
  test('reads every form of an address', () => {
    const output = [
      'p41',
      ...['f3', 'tIPv4', 'd101', 'n127.0.0.1:56899'],
      ...['f4', 'tIPv4', 'd102', 'n*:34137'],
      ...['f5', 'tIPv6', 'd103', 'n[::1]:34247'],
      'p42',
      ...['f3', 'tIPv6', 'd104', 'n*:42559'],
      ...['f4', 'tIPv6', 'd105', 'n127.0.0.1:34787'],
      ...['f5', 'tIPv6', 'd106', 'n[::ffff:10.0.0.1]:80'],
      '',
    ].join('\n')

    expect(parseSockets(output)).toEqual([
      { pid: 41, address: '127.0.0.1', port: 56_899 },
      { pid: 41, address: '0.0.0.0', port: 34_137 },
      { pid: 41, address: '::1', port: 34_247 },
      { pid: 42, address: '::', port: 42_559 },
      { pid: 42, address: '127.0.0.1', port: 34_787 },
      { pid: 42, address: '10.0.0.1', port: 80 },
    ])
  })

  test('names a socket once that two processes or two descriptors share', () => {
    const output = 'p41\nf3\ntIPv4\nd101\nn*:80\nf4\ntIPv4\nd101\nn*:80\np42\nf3\ntIPv4\nd101\nn*:80\n'

    expect(parseSockets(output)).toEqual([{ pid: 41, address: '0.0.0.0', port: 80 }])
  })

  test('tells two sockets apart where lsof has no device for them', () => {
    expect(parseSockets('p41\nf3\ntIPv4\nn*:80\nf4\ntIPv4\nn*:80\n')).toHaveLength(2)
  })

  test('does not skip an address that it cannot read', () => {
    expect(() => parseSockets('p41\nf3\ntIPv4\nd101\nnlocalhost\n')).toThrow(HostLookupError)
  })
})

describe('parseUsage', () => {
  test.each([
    ['procps', '00:00:07', 7_000],
    ['procps, after days', '3-04:05:06', 273_906_000],
    ['macOS', '0:00.12', 120],
    ['macOS, after hours', '123:45.67', 7_425_670],
    ['a system that leaves hours out', '0:01', 1_000],
  ])('reads the time as %s prints it', (_, time, cpuMs) => {
    expect(parseUsage(`  501 S+   ${time}  10240\n`)).toEqual([
      { pid: 501, cpuMs, residentBytes: 10_485_760, descriptors: null },
    ])
  })

  test('leaves zombies out', () => {
    expect(parseUsage('  501 Z+   00:00:00      0\n  502 Ss   00:00:00   1024\n')).toEqual([
      expect.objectContaining({ pid: 502 }),
    ])
  })

  test.each(['ps: unknown column', '501 S 7 1024', '501 S 00:00:00 10m'])('does not skip %j', line => {
    expect(() => parseUsage(line)).toThrow(HostLookupError)
  })
})

describe('runTool', () => {
  test('names a missing tool, and says how to get it', async () => {
    const answer = runTool({ name: 'no-such-tool', howToGet: 'apt install it' }, [])

    await expect(answer).rejects.toThrow(HostLookupError)
    await expect(answer).rejects.toMatchObject({
      tool: 'no-such-tool',
      message: expect.stringMatching(/no-such-tool .*: apt install it/),
    })
  })

  test.skipIf(process.platform === 'win32')(
    'hands the exit code on, and inherits nothing but PATH',
    async () => {
      const script = 'env; echo no >&2; exit 3'
      const { stdout, stderr, code } = await runTool({ name: 'sh', howToGet: '' }, ['-c', script])

      expect({ stderr, code }).toEqual({ stderr: 'no\n', code: 3 })
      expect(stdout).toContain('TZ=UTC')
      expect(stdout).not.toContain('VITEST')
    },
  )

  test.skipIf(process.platform === 'win32')('does not take a crash for an answer', async () => {
    const answer = runTool({ name: 'sh', howToGet: '' }, ['-c', 'echo half; kill -9 $$'])

    await expect(answer).rejects.toThrow(HostLookupError)
  })
})
