import { exchangesOf } from '../../recording/exchanges.ts'
import { eventsOf } from '../../recording/query.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure } from '../known-failure.ts'
import { breakdownOf } from '../seen.ts'
import { quoted } from '../system-errors.ts'

const CLAUSES = ['resources/stays-up'] as const

const stopsListening: KnownFailure = {
  id: 'stops-listening',
  title: 'It lives, and no longer listens: its server has been closed, or the thread that accepts has died.',
  clauses: CLAUSES,
  sources: ['https://github.com/judell/bram/issues/50'],
  fix: {
    any: 'An error of one accept (EMFILE, ECONNABORTED) must not end the loop: no `unwrap()` on it in Rust, no `return` in Go. And where the server does end, the process has to end with it, with a code that says so.',
  },
  recognise({ life }) {
    const last = life === null ? undefined : exchangesOf(life, 'check').at(-1)
    if (last?.failure == null || last.failure.code !== 'ECONNREFUSED') return null
    return {
      evidence: [`a connection was refused: ${printable(last.failure.message)}`, 'the process was there'],
    }
  },
}

const fallsSilent: KnownFailure = {
  id: 'falls-silent',
  title: 'It lives and listens, and answers no more.',
  clauses: CLAUSES,
  sources: ['https://github.com/kirodotdev/KiroCrew/issues/5726'],
  fix: {
    any: 'Something synchronous runs, a lock is held or a pool is empty: look where its threads are. Nothing that waits (a disk, a child, a lock) belongs into the one thread that answers.',
    node: 'The event loop is blocked, or its handlers are gone: `kill -USR1` opens the inspector, whose pause shows the line.',
    python:
      '`py-spy dump --pid PID` shows it; `async def` without an await blocks all, `def` runs in a thread.',
    jvm: '`jstack PID` shows it.',
  },
  recognise({ life, evidence }) {
    const breakdown = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    return breakdown?.kind !== 'silent' ? null : { evidence: breakdown.evidence }
  },
}

const answersOtherwise: KnownFailure = {
  id: 'breaks-down-in-use',
  title: 'It is still there, and no longer answers as it did at the start.',
  clauses: CLAUSES,
  sources: ['https://github.com/anomalyco/opencode/issues/27557'],
  fix: {
    any: 'Look at what its health depends on, and at what its log says at that moment: a pool that is empty, a connection that was lost and is not made again.',
  },
  recognise({ life, evidence }) {
    const breakdown = life === null ? null : breakdownOf(life, evidence.contract.health.status)
    const poor =
      life === null ? undefined : eventsOf(life, 'volley').find(({ failures }) => failures.length > 0)
    const failures = poor?.failures.map(({ what, count }) => `${count} × ${printable(what)}`) ?? []
    return {
      evidence: [
        ...(breakdown?.evidence ?? []),
        ...quoted('of the many requests', failures.join(', ') || null),
      ],
    }
  },
}

/** It is there, and does not answer as it did: from the particular to the general. */
export const resourcesSilence: readonly KnownFailure[] = [stopsListening, fallsSilent, answersOtherwise]
