import { constants } from 'node:os'
import { beforeEach, describe, expect, test } from 'vitest'
import { linuxHost } from '../../../harness/host/linux.ts'
import { parseHandling } from '../../../harness/host/linux-handling.ts'
import { PATIENCE_MS, startProgram, untilEnded } from './families.ts'
import { HOSTS } from './hosts.ts'

const { SIGHUP, SIGINT, SIGTERM } = constants.signals

/** A `/proc/PID/status` with these masks; others stand around them. */
function status(masks: Readonly<Record<string, string>>): string {
  const lines = Object.entries(masks).map(([name, mask]) => `${name}:\t${mask.padStart(16, '0')}`)
  return `Name:\tnode\nSigQ:\t1/96365\nSigPnd:\t0000000000000000\n${lines.join('\n')}\nCapInh:\t0\n`
}

const QUIET = { SigBlk: '0', SigIgn: '0', SigCgt: '0' }

describe('the masks of a process', () => {
  test.each([
    ['default', QUIET],
    ['caught', { ...QUIET, SigCgt: '4002' }],
    ['ignored', { ...QUIET, SigIgn: '4000' }],
    ['blocked', { ...QUIET, SigBlk: '4000' }],
    // Blocked for a moment while a handler runs: what counts is that there is one.
    ['caught', { ...QUIET, SigBlk: '4000', SigCgt: '4000' }],
  ] as const)('tell that SIGTERM is %s', (handling, masks) => {
    expect(parseHandling(status(masks), SIGTERM)).toBe(handling)
    expect(parseHandling(status(masks), SIGHUP)).toBe('default')
  })

  test('tell of signals beyond what a number of 32 bits holds', () => {
    expect(parseHandling(status({ ...QUIET, SigCgt: '100000000' }), 33)).toBe('caught')
  })

  test('are not there for a kernel that tells nothing', () => {
    expect(parseHandling('Name:\tnode\n', SIGINT)).toBeNull()
  })
})

describe('a process on Linux', () => {
  const linux = HOSTS.find(({ kind }) => kind === 'linux')
  beforeEach(({ skip }) => skip(linux?.missing !== undefined, linux?.missing))

  test.each([
    ['default', "echo 'it 1'; exec sleep 30"],
    ['ignored', "trap '' TERM; echo 'it 1'; while :; do sleep 1; done"],
    ['caught', "trap 'exit 0' TERM; echo 'it 1'; while :; do sleep 1; done"],
  ] as const)('has SIGTERM %s', { timeout: 2 * PATIENCE_MS }, async (handling, script) => {
    const { life } = await startProgram('/bin/sh', ['-c', script], ['it'])

    expect(linuxHost.handlingOf(life.pid, 'SIGTERM')).toBe(handling)
  })

  test('of which Node ran has a handler that nobody has installed', {
    timeout: 2 * PATIENCE_MS,
  }, async () => {
    const script = "console.log('it 1'); setInterval(() => {}, 1_000)"
    const { life } = await startProgram(process.execPath, ['-e', script], ['it'])

    expect(linuxHost.handlingOf(life.pid, 'SIGTERM')).toBe('caught')
    expect(linuxHost.handlingOf(life.pid, 'SIGHUP')).toBe('default')
  })

  test('that has ended has none', { timeout: 2 * PATIENCE_MS }, async () => {
    const { life } = await startProgram('/bin/sh', ['-c', "echo 'it 1'; sleep 30"], ['it'])
    process.kill(life.pid, 'SIGKILL')
    await untilEnded(life.pid)

    expect(linuxHost.handlingOf(life.pid, 'SIGTERM')).toBeNull()
  })
})
