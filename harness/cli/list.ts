import { writeFile } from 'node:fs/promises'
import type { Contract } from '../contract/contract.ts'
import type { CheckOptions } from './check-options.ts'
import { EXIT } from './exit.ts'
import { chooseReporters } from './reporters.ts'
import { name, version } from './version.ts'

/** Shows the clauses as a gate would see them, and launches nothing. Comes back with the exit code. */
export async function list({ config, select, reporters }: CheckOptions): Promise<number> {
  const choices = await chooseReporters(reporters)
  const contract = await readContract(config)
  const { selectClauses } = await import('../gate/select.ts')
  const { renderList, renderListAsJson } = await import('../report/clause-list.ts')
  const selection = selectClauses(contract, select)
  const json = choices.find(choice => choice.name === 'json')
  if (json !== undefined) {
    const document = renderListAsJson(selection, { name, version })
    if (json.file === null) process.stdout.write(document)
    else await writeFile(json.file, document)
  }
  // Who asked for data on stdout has no use for four score lines beside it.
  if (json === undefined || json.file !== null) process.stdout.write(renderList(selection, process.stdout))
  return EXIT.passed
}

/** The default contract is complete without its validators, which take longer to load than all the rest. */
async function readContract(config: string | undefined): Promise<Contract> {
  if (config !== undefined) return (await (await import('../contract/load.ts')).loadContract(config)).contract
  const { complete } = await import('../contract/complete.ts')
  return complete({}, { file: null, directory: process.cwd() })
}
