/**
 * A harness that is going to be killed: it opens a session, launches the program that it is given a few times, says
 * on stdout what there is, and waits.
 */

import { compileGrammar } from '../../../../harness/contract/announcement.ts'
import { resolveContract } from '../../../../harness/contract/resolve.ts'
import { selectHost } from '../../../../harness/host/index.ts'
import { Life } from '../../../../harness/life/life.ts'
import { openSession } from '../../../../harness/life/session.ts'
import { BASELINE } from '../../../../harness/recording/recording.ts'

export interface Belongings {
  readonly session: string
  readonly directory: string
  readonly leaders: readonly number[]
}

const [program = '', count = '1'] = process.argv.slice(2)
const resolved = resolveContract({}, { file: null, directory: '/' })
const subject = { file: program, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
const session = await openSession({ host: selectHost() })
const leaders: number[] = []
for (let life = 1; life <= Number(count); life++) {
  const plan = { scenario: 'spec', instance: 0, conditions: BASELINE, launch: {} } as const
  const { identity } = await Life.launch(session, subject, { ...plan, id: `life-${life}` })
  leaders.push(identity?.pid ?? 0)
}
const belongings: Belongings = { session: session.id, directory: session.directory, leaders }
console.log(JSON.stringify(belongings))
setInterval(() => {}, 60_000)
