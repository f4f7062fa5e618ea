import { describe, expect, test } from 'vitest'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Hang, loopback } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

/** Not ready when its time was over, looked at, and then told to stop. */
function late(hang: Hang) {
  return aLife('stop-sigterm')
    .logs('loading')
    .isLate('announcement')
    .isSeen({ listeners: [] })
    .isSeenHanging(hang)
}

function found(hang: Hang) {
  const life = late(hang).after(20_000).isSent('SIGTERM').exits(0).leaves()
  return diagnosisIn(evidenceOf({ only: [life] }), 'start/within-budget')
}

describe('one that is not ready when its time is over', () => {
  test('and computes is busy', () => {
    expect(found({ cpuMs: 48, waitsIn: null })).toMatchObject({
      id: 'busy-at-start',
      evidence: [
        'it computed for 48 ms of the 50 ms for which it was looked at',
        expect.stringContaining('"loading"'),
      ],
    })
  })

  test('and is connected to somebody waits for the network', () => {
    const connection = {
      pid: 500,
      state: 'connecting',
      address: '10.0.0.2',
      port: 50_000,
      remoteAddress: '93.184.216.34',
      remotePort: 443,
    } as const
    expect(found({ connections: [connection] })).toMatchObject({
      id: 'needs-network-at-start',
      evidence: ['it waits with a connection to 93.184.216.34:443 (connecting)'],
    })
  })

  test('and would compute, had this machine the time for it, is busy too', () => {
    expect(found({ cpuMs: 7, waitsIn: null })?.id).toBe('busy-at-start')
  })

  test.each(['anon_pipe_read', 'unix_stream_read_generic'])('and sleeps in %s waits for input', waitsIn => {
    expect(found({ waitsIn })?.id).toBe('waits-for-input')
  })

  test('and does nothing hangs', () => {
    expect(found({})).toMatchObject({
      id: 'hangs-at-start',
      evidence: ['its main thread sleeps in do_epoll_wait', expect.stringContaining('"loading"')],
    })
  })

  test('and announces itself afterwards is late', () => {
    const life = late({}).after(4_160).announces().isSent('SIGTERM').exits(0).leaves()
    const evidence = evidenceOf({ only: [life.isSeen()] })

    expect(diagnosisIn(evidence, 'start/within-budget')).toMatchObject({
      id: 'starts-late',
      evidence: ['it announced itself 14.20 s after its launch, and 10.00 s is its budget'],
    })
  })

  test('and ends afterwards is told by how it ends', () => {
    const life = late({}).after(5_000).logs('Error: connect ETIMEDOUT 10.1.2.3:5432').exits(1).leaves()

    expect(diagnosisIn(evidenceOf({ only: [life] }), 'start/within-budget')?.id).toBe(
      'needs-network-at-start',
    )
  })
})

test('who listens and says nothing is no late one: its line is missing', () => {
  const life = aLife('stop-sigterm')
    .isLate('announcement')
    .isSeen({ listeners: [loopback(41_234)] })
  const evidence = evidenceOf({ only: [life.isSent('SIGTERM').exits('SIGTERM').leaves()] })

  expect(diagnosisIn(evidence, 'announce/flushed')?.id).toBe('stdout-buffered')
})
