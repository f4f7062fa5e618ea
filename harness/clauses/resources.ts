import { eventsOf, firstEvent } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import {
  type IdleWindow,
  idleWindowOf,
  LEAK_BYTES_PER_REQUEST,
  LEAK_WINDOW,
  totalBytes,
  totalDescriptors,
  usedCpuMs,
} from '../recording/usage.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { blocked, type Clause, type Finding, fail, type JudgeInput, pass, skipped } from './clause.ts'
import { judgeServing } from './serving.ts'

const IDLE = 'idle'
const LOAD = 'load'

const staysUp: Clause = {
  id: 'resources/stays-up',
  scenarios: [IDLE, LOAD],
  judge({ contract, livesOf }) {
    const { idleMs } = contract.resources
    const asked = [
      {
        lives: livesOf(IDLE),
        expected: `left alone for ${duration(idleMs)}, it stays up, and answers afterwards`,
      },
      { lives: livesOf(LOAD), expected: 'asked over and over, it stays up and answers' },
    ]
    for (const { lives, expected } of asked) {
      for (const life of lives) {
        const finding = judgeServing(life, expected, contract)
        if (finding !== null) return finding
      }
    }
    return pass(`up, and answering after ${duration(idleMs)} on its own`)
  },
}

const idleCpu: Clause = {
  id: 'resources/idle-cpu',
  scenarios: [IDLE],
  needs: ['resources/stays-up'],
  judge(input) {
    const { kind, os } = input.host
    // procps rounds to whole seconds: within a window of two that is nothing, or half of it.
    if (kind === 'posix' && os !== 'macos') return skipped('`ps` tells CPU time by the second here')
    const window = idleWindow(input)
    if ('outcome' in window) return window
    const { life, begin, end } = window
    const { idleCpuPercent } = input.contract.budgets
    const windowMs = end.atMs - begin.atMs
    const usedMs = usedCpuMs(begin.processes, end.processes)
    const percent = (100 * usedMs) / windowMs
    const observed = `${percent.toFixed(1)} % of a core: ${duration(usedMs)} of CPU time in ${duration(windowMs)}`
    if (percent <= idleCpuPercent) return pass(observed)
    return fail(`idle, it uses no more than ${idleCpuPercent} % of a core`, observed, {
      life,
      atMs: end.atMs,
    })
  },
}

const memory: Clause = {
  id: 'resources/memory',
  scenarios: [IDLE],
  needs: ['resources/stays-up'],
  judge(input) {
    const outgrown = findOutgrown(input)
    if (outgrown !== null) return outgrown
    const window = idleWindow(input)
    if ('outcome' in window) return window
    const { life, end } = window
    const { memoryBytes } = input.contract.budgets
    const used = totalBytes(end.processes)
    const count = end.processes.length
    const observed = `${size(used)} in ${count} ${count === 1 ? 'process' : 'processes'}`
    if (used <= memoryBytes) return pass(observed)
    return fail(`idle, its processes use no more than ${size(memoryBytes)}`, observed, {
      life,
      atMs: end.atMs,
    })
  },
}

/** Whether it had to be ended in any of its lives, before the machine had no memory left. */
function findOutgrown({ lives }: JudgeInput): Finding | null {
  for (const life of lives) {
    const burst = firstEvent(life, 'memory-burst')
    if (burst === null) continue
    const { atMs, bytes, capBytes } = burst
    const observed = `it had ${size(bytes)}, and was ended for that`
    return fail(`its processes never have more than ${size(capBytes)} of memory`, observed, { life, atMs })
  }
  return null
}

/** Both looks at a sidecar that was left alone, or why there are none. */
function idleWindow({ livesOf, holds }: JudgeInput): Finding | (IdleWindow & { life: LifeRecording }) {
  for (const life of livesOf(IDLE)) {
    const window = idleWindowOf(life)
    if (window !== null) return { life, ...window }
  }
  return holds('resources/stays-up') ? notMeasured(livesOf(IDLE)) : blocked('resources/stays-up')
}

function notMeasured(lives: readonly LifeRecording[]): Finding {
  const [failure] = lives.flatMap(life => eventsOf(life, 'lookup-failed'))
  return skipped(`what it uses could not be seen: ${failure?.message ?? 'no look'}`)
}

const noDescriptorLeak: Clause = {
  id: 'resources/no-descriptor-leak',
  asks: 'http',
  scenarios: [LOAD],
  needs: ['resources/stays-up'],
  judge(input) {
    return judgeGrowth(input, looks => {
      const counts = looks.map(({ processes }) => totalDescriptors(processes))
      if (counts.includes(null)) return skipped('this platform does not tell how many descriptors are open')
      return { values: counts.map(Number), least: 1, tell: count => `${count}`, of: 'descriptors' }
    })
  },
}

const noMemoryLeak: Clause = {
  id: 'resources/no-memory-leak',
  asks: 'http',
  scenarios: [LOAD],
  needs: ['resources/stays-up'],
  judge(input) {
    return judgeGrowth(input, (looks, batch) => ({
      values: looks.map(({ processes }) => totalBytes(processes)),
      least: LEAK_BYTES_PER_REQUEST * batch,
      tell: size,
      of: 'resident memory',
    }))
  },
}

interface Series {
  readonly values: readonly number[]
  /** What one part of the requests has to add for it to be growth. */
  readonly least: number
  tell(value: number): string
  readonly of: string
}

/** A leak goes on: each of the last parts of the requests has left more than there was before it. */
function judgeGrowth(
  { livesOf, holds }: JudgeInput,
  seriesOf: (looks: readonly EventOf<'usage'>[], batch: number) => Series | Finding,
): Finding {
  const [life] = livesOf(LOAD)
  const looks =
    life === undefined ? [] : eventsOf(life, 'usage').filter(({ processes }) => processes.length > 0)
  // What ended, or refused, was not asked as often as the others.
  if (!holds('resources/stays-up')) return blocked('resources/stays-up')
  if (life === undefined || looks.length <= LEAK_WINDOW) return notMeasured(livesOf(LOAD))
  const batch = eventsOf(life, 'volley')[0]?.requests ?? 0
  const series = seriesOf(looks, batch)
  if ('outcome' in series) return series
  const { values, least, tell, of } = series
  const last = values.slice(-LEAK_WINDOW - 1)
  const grows = last.every((value, index) => index === 0 || value - (last[index - 1] ?? 0) >= least)
  const from = tell(values[0] ?? 0)
  const to = tell(values.at(-1) ?? 0)
  const requests = batch * looks.length
  if (!grows) return pass(`${of}: ${from} after ${batch} requests, ${to} after ${requests}`)
  const steps = last.map(tell).join(', ')
  return fail(
    `${of} no longer grow once it is warm`,
    `from ${from} after ${batch} requests to ${to} after ${requests}, and growing with every ${batch}: ${steps}`,
    { life, atMs: looks.at(-1)?.atMs ?? 0 },
  )
}

export const resourcesClauses: readonly Clause[] = [staysUp, idleCpu, memory, noDescriptorLeak, noMemoryLeak]
