/*
 * `pnpm fuzz`: the properties of the specs, tried with very many more values. What it finds is printed with its seed and
 * its path, made as small as it can be; mend it, and keep it as an example of the property.
 */

import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { GROUPS, type GroupName } from '../harness/properties/groups.ts'
import { describeFinding, type Property } from '../harness/properties/property.ts'
import guardRun from '../setup.ts'

const HELP = `pnpm fuzz [options] [name…]

  --minutes N      for each group of properties (5)
  --seed N         begin with this one (any)

Groups: ${Object.keys(GROUPS).join(', ')} (all)
`

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
async function fuzz(what: string, { check }: Property, limitMs: number): Promise<number> {
  const beganAtMs = performance.now()
  const plugins = [fc.interruptAfterTimeLimit(limitMs)]
  const details = await check({ numRuns: Number.MAX_SAFE_INTEGER, seed, plugins })
  const seconds = ((performance.now() - beganAtMs) / 1000).toFixed(0)
  const finding = describeFinding(details)
  console.log(`${what}: ${details.numRuns} in ${seconds} s${finding === null ? '' : `\n${finding}\n`}`)
  return finding === null ? 0 : 1
}
