import { writeFile } from 'node:fs/promises'
import { complete } from '../contract/complete.ts'
import type { Contract } from '../contract/contract.ts'
import { renderList, renderListAsJson } from '../report/clause-list.ts'
import type { CheckOptions } from './check-options.ts'
import { chooseContracts, contractFile, refuseNames } from './contracts.ts'
import { EXIT } from './exit.ts'
import { chooseReporters } from './reporters.ts'
import { selectFor } from './selection.ts'
import { Saving } from './unsaved.ts'
import { UsageError } from './usage.ts'
import { name, version } from './version.ts'

/** Shows the clauses as a gate would see them, and launches nothing. Comes back with the exit code. */
export async function list(options: CheckOptions): Promise<number> {
  const choices = await chooseReporters(options.reporters, {})
  const other = choices.find(choice => choice.name !== 'json' && choice.name !== 'terminal')
  if (other !== undefined)
    throw new UsageError(`--list is told as terminal or as json, not as ${other.name}.`)
  const contracts = await readContracts(options)
  const selections = contracts.map(contract => selectFor(contract, options.select, contracts.length))
  const saving = new Saving()
  for (const { name: reporter, file } of choices) {
    const text = (stream: NodeJS.WriteStream | null) =>
      reporter === 'json' ? renderListAsJson(selections, { name, version }) : renderList(selections, stream)
    if (file !== null) await saving.try(`The list ${file}`, () => writeFile(file, text(null)))
    // Who asked for data on stdout has no use for four score lines beside it.
    else if (reporter === 'json' || !choices.some(choice => choice.name === 'json' && choice.file === null)) {
      process.stdout.write(text(process.stdout))
    }
  }
  saving.end()
  return EXIT.passed
}

/** The default contract is complete without its validators, which take longer to load than all the rest. */
async function readContracts({ config, sidecars }: CheckOptions): Promise<readonly Contract[]> {
  const file = await contractFile({ config })
  if (file !== null) {
    return (await chooseContracts({ config: file, sidecars })).contracts.map(({ contract }) => contract)
  }
  refuseNames(sidecars)
  return [complete({}, { file: null, directory: process.cwd() })]
}
