import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { eventsOf } from '../../../harness/recording/query.ts'
import { CALIBRATION } from '../../../harness/recording/recording.ts'

test('a program that does nothing else is measured beside a sidecar that is late, and told apart from it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'calibration-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const slow = faults.find(({ name }) => name === 'slow')
  if (slow === undefined) throw new Error('there is no such fault')
  const resolved = resolveContract({}, { file: null, directory })
  const file = await makeFaulty(slow, directory)

  const { verdict, recording } = await runGate({
    resolved,
    file,
    host: selectHost(),
    clauses: ['health/latency'],
  })

  const { evidence } = recording
  const [calibration] = evidence.lives.filter(({ scenario }) => scenario === CALIBRATION)
  expect(evidence.lives.at(-1)).toBe(calibration)
  expect(evidence.plan.scenarios.map(({ id }) => id)).not.toContain(CALIBRATION)
  expect(calibration === undefined ? [] : eventsOf(calibration, 'volley').map(({ of }) => of)).toContain(
    CALIBRATION,
  )
  const [life] = evidence.lives.filter(({ scenario }) => scenario === 'latency')
  const beside =
    life === undefined ? [] : eventsOf(life, 'volley').filter(({ machineMs }) => machineMs != null)
  expect(beside.length).toBeGreaterThanOrEqual(2)
  // No clause is judged by it but the one that asked for it, and that one tells of the sidecar's own life.
  expect(verdict.clauses).toMatchObject([{ id: 'health/latency', lives: ['latency'] }])
  expect(judge(JSON.parse(JSON.stringify(evidence)))).toEqual(judge(evidence))
})
