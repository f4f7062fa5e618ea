/* `node specs/docs/schema.ts`: writes what is published in schema/, from the schemas that the harness itself uses. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { benchmarkJsonSchema } from '../../harness/report/benchmark-schema.ts'
import { comparisonJsonSchema } from '../../harness/report/comparison-schema.ts'
import { debugJsonSchema } from '../../harness/report/debug-schema.ts'
import { inspectionJsonSchema } from '../../harness/report/inspection-schema.ts'
import { verdictJsonSchema } from '../../harness/report/verdict-schema.ts'
import { readKeyDocs } from './contract-keys.ts'
import { contractJsonSchema } from './contract-schema.ts'

write('verdict', verdictJsonSchema())
write('debug', debugJsonSchema())
write('comparison', comparisonJsonSchema())
write('benchmark', benchmarkJsonSchema())
write('inspection', inspectionJsonSchema())
write('contract', contractJsonSchema(await readKeyDocs()))

function write(name: string, schema: object): void {
  const file = fileURLToPath(new URL(`../../schema/${name}.schema.json`, import.meta.url))
  mkdirSync(fileURLToPath(new URL('../../schema', import.meta.url)), { recursive: true })
  writeFileSync(file, JSON.stringify(schema, null, 2))
  execFileSync('biome', ['format', '--write', file], { stdio: 'inherit' })
}
