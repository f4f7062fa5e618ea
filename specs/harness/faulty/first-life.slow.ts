import { describe, expect, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { hasCompiler, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import { Onlooker } from '../../../harness/cli/onlooker.ts'
import { conclude } from '../../../harness/gate/conclude.ts'
import { LiveTimeline } from '../../../harness/report/live.ts'
import { judgeFaulty } from './judging.ts'
import { useBench } from './matrix.ts'

/*
 * `debug --once` on every faulty sidecar: one life, watched closely. What it names is the fault, or nothing, where that
 * shows in other lives alone.
 */

const bench = useBench()
const shown: string[] = []

describe.concurrent('one life of a faulty sidecar shows its fault, or none', () => {
  test.for(faults)('$name', { timeout: 60_000 }, async (fault, { expect, skip }) => {
    skip(fault.kind === 'native' && !(await hasCompiler()), NEEDS_COMPILER)
    let told = ''
    const timeline = new LiveTimeline(
      text => {
        told += text
      },
      (_style, text) => text,
    )
    const witness = new Onlooker({ timeline, watchMs: 500, say: () => {} })
    const { verdict } = await judgeFaulty(fault, bench().directory, bench().foreign, {
      witness,
      isEnough: () => true,
    })
    timeline.end()
    const { main } = conclude(verdict)

    if (main !== null) {
      // What it cannot but break too has the same cause, which is told in the words of that clause then.
      expect([fault.breaks, ...(fault.alsoBreaks ?? [])]).toContain(main.id)
      if (main.id === fault.breaks) expect(main.diagnosis?.id).toBe(fault.diagnosis)
      expect(main.diagnosis).not.toBeNull()
      shown.push(fault.name)
    }
    if (verdict.lives.length > 0) expect(told).toMatch(/ launched +pid \d+\n|it could not be launched/)
  })
})

test('most faults of a start, an announcement, a port, a stop are shown by it', () => {
  expect(shown.length).toBeGreaterThan(100)
})
