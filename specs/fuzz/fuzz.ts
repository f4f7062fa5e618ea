/*
 * `pnpm fuzz`: the properties of the specs, tried with very many more values. What it finds is printed with its seed and
 * its path, made as small as it can be; mend it, and keep it as an example of the property.
 */

import { parseArgs } from 'node:util'
import { GROUPS, type GroupName } from '../harness/properties/groups.ts'
import { describeFinding, type Property } from '../harness/properties/property.ts'
import guardRun from '../setup.ts'

const HELP = `pnpm fuzz [options] [name…]

  --minutes N      for each group of properties (5)
  --seed N         begin with this one (any)

Groups: ${Object.keys(GROUPS).join(', ')} (all)
`

/** As many as a spec tries, and a few times more: that takes a second or two. */
const RUNS_PER_ROUND = 4

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const names = positionals.filter((name): name is GroupName => Object.hasOwn(GROUPS, name))
if (values.help) {
  process.stdout.write(HELP)
} else if (!(minutes > 0) || !Number.isInteger(seed) || names.length < positionals.length) {
  process.stderr.write(`That is not understood.\n\n${HELP}`)
  process.exitCode = 2
} else {
  const endRun = await guardRun()
  try {
    let findings = 0
    for (const name of names.length > 0 ? names : (Object.keys(GROUPS) as GroupName[])) {
      const properties = GROUPS[name]
      const limitMs = (minutes * 60_000) / properties.length
      for (const each of properties) findings += await fuzz(`${name}: ${each.name}`, each, limitMs)
    }
    process.exitCode = findings === 0 ? 0 : 1
  } finally {
    await endRun()
  }
}

/** How many findings there were: none or one, because what else is found is mostly the same. */
async function fuzz(what: string, { check, runs }: Property, limitMs: number): Promise<number> {
  const beganAtMs = performance.now()
  const tookMs = () => performance.now() - beganAtMs
  let tried = 0
  let finding: string | null = null
  // In many short runs: nothing has to be interrupted, which would go on all the same, and small values come in each.
  for (let round = 0; finding === null && tookMs() < limitMs; round++) {
    const details = await check({ numRuns: RUNS_PER_ROUND * runs, seed: (seed + round) | 0 })
    tried += details.numRuns
    finding = describeFinding(details)
  }
  console.log(
    `${what}: ${tried} in ${(tookMs() / 1000).toFixed(0)} s${finding === null ? '' : `\n${finding}\n`}`,
  )
  return finding === null ? 0 : 1
}
