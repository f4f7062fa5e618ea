import { expect, test } from 'vitest'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { NoClauseError } from '../../../harness/gate/select.ts'
import { selectHost } from '../../../harness/host/index.ts'

const resolved = resolveContract({}, { file: null, directory: '/' })

test('a gate with no clause selected is an error, and not a pass', async () => {
  const gate = runGate({ resolved, file: process.execPath, host: selectHost(), clauses: [] })
  await expect(gate).rejects.toThrow(NoClauseError)
})
