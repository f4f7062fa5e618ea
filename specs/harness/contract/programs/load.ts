import { ContractError } from '../../../../harness/contract/errors.ts'
import { loadContract } from '../../../../harness/contract/load.ts'

/**
 * Loads the contract files that it is given and prints, for each, the contract or what is said of it. A program of
 * its own, because Vitest imports modules in another way than Node does.
 */
const results = []
for (const file of process.argv.slice(2)) {
  try {
    const { contract, healthSchema } = await loadContract(file)
    const { issues = [] } = await healthSchema['~standard'].validate({})
    results.push({ contract, issues: issues.map(({ message }) => message) })
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    results.push({ message: error.message })
  }
}
process.stdout.write(JSON.stringify(results))
