import { printable } from '../text/printable.ts'
import { goodAnswers } from './answers.ts'
import { BASELINE_LIFE, blocked, type Clause, fail, pass, skipped } from './clause.ts'

const EXPLANATIONS = {
  app: 'this is another program',
  version: 'this is another build, or the contract is not up to date',
}

/**
 * A port that answers may belong to another program, and a file that was copied may be last week's. Both look healthy.
 */
export const identity: Clause = {
  id: 'health/identity',
  asks: 'http',
  scenarios: [BASELINE_LIFE],
  needs: ['health/schema'],
  judge({ contract, readyLives, holds }) {
    const { app, version } = contract.health
    const named = Object.entries({ app, version }).filter(
      (entry): entry is ['app' | 'version', string] => entry[1] !== null,
    )
    if (named.length === 0) return skipped('the contract names neither an app nor a version')
    const expected = `the answer says ${named.map(([key, value]) => `${key} "${value}"`).join(' and ')}`
    for (const { life, response, body } of goodAnswers(readyLives, contract)) {
      for (const [key, value] of named) {
        const said = body[key]
        if (said === value) continue
        if (said === undefined && !holds('health/schema')) return blocked('health/schema')
        const observed =
          said === undefined
            ? `it says nothing of its ${key}`
            : `it says ${key} ${printable(JSON.stringify(said))}: ${EXPLANATIONS[key]}`
        return fail(expected, observed, { life, atMs: response.atMs })
      }
    }
    return pass(named.map(([key, value]) => `${key} "${value}"`).join(', '))
  },
}
