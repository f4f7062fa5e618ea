import { parseArgs } from 'node:util'
import type { Topic } from './topic.ts'
import { TOPICS } from './topics/index.ts'

export const HELP: string = `pnpm bench [options]

Measures the harness as it is built, beside what people use today, and a program in C as the limit. What is compared takes
turns in an order of its own in each round; figures are medians, ratios those of the same round.

  --only NAME      measure this alone; may be repeated
  --rounds N       rounds that count (21); of what takes long, fewer
  --json FILE      keep every sample
  --from FILE      measure nothing: tell what such a file holds
  --docs           put the figures into docs/performance.md, and draw them

${TOPICS.map(({ name, what }) => `  ${name.padEnd(16)} ${what}`).join('\n')}

The peers are installed by npm, once, in .bench/peers. What this machine lacks is a row with its reason.
Exit codes: 0 measured · 1 something failed that was to be measured · 2 wrong usage · 130, 143 interrupted
`

export interface BenchOptions {
  readonly topics: readonly Topic[]
  readonly rounds: number
  readonly json: string | undefined
  readonly from: string | undefined
  readonly docs: boolean
  readonly help: boolean
}

/** What cannot be understood, said to whoever wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Throws UsageError. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parse(args)
  const rounds = Number(values.rounds)
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new UsageError(`--rounds takes a whole number from 1 on, and got "${values.rounds}"`)
  }
  const unknown = values.only.find(name => !TOPICS.some(topic => topic.name === name))
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no topic "${unknown}"; there are ${TOPICS.map(({ name }) => name).join(', ')}`,
    )
  }
  return {
    topics: values.only.length === 0 ? TOPICS : TOPICS.filter(({ name }) => values.only.includes(name)),
    rounds,
    json: values.json,
    from: values.from,
    docs: values.docs,
    help: values.help,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: '21' },
        json: { type: 'string' },
        from: { type: 'string' },
        docs: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}
