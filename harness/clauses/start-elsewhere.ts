import { firstEvent, isReady } from '../recording/query.ts'
import { printable } from '../text/printable.ts'
import { type Clause, type Finding, fail, type JudgeInput, pass } from './clause.ts'
import { judgeServing } from './serving.ts'
import { unreadyAtMs, whyNotReady } from './words.ts'

/** Whether the one life of a scenario became ready. */
export function judgeStart(
  { livesOf }: JudgeInput,
  scenario: string,
  expected: string,
  how: string,
): Finding {
  for (const life of livesOf(scenario)) {
    if (!isReady(life)) return fail(expected, whyNotReady(life), { life, atMs: unreadyAtMs(life) })
  }
  return pass(`ready ${how}`)
}

const anyPath: Clause = {
  id: 'start/any-path',
  scenarios: ['odd-path'],
  judge(input) {
    const [life] = input.livesOf('odd-path')
    const launched = life === undefined ? null : firstEvent(life, 'launch')
    // Where the harness keeps it says nothing: what stands in the path does.
    const path = launched?.file.split(/[/\\]/).slice(-3, -1).join('/')
    const where = path === undefined ? 'a path with spaces and non-ASCII letters' : `"…/${path}/"`
    const expected = `it starts when it is copied to ${where}${companions(input)}`
    return judgeStart(input, 'odd-path', expected, 'from such a path')
  },
}

/** It has been copied there, and misses what nobody has told of. */
function companions({ contract: { files } }: JudgeInput): string {
  return files.length === 0
    ? ', with nothing beside it, as the contract lists no `files`'
    : `, with ${files.map(file => printable(file)).join(', ')} beside it`
}

const emptyEnvironment: Clause = {
  id: 'start/empty-environment',
  scenarios: ['empty-environment'],
  judge: input =>
    judgeStart(input, 'empty-environment', 'it starts with no environment variable', 'with no variable'),
}

const readOnlyDirectory: Clause = {
  id: 'start/read-only-directory',
  scenarios: ['read-only'],
  judge: input =>
    judgeStart(
      input,
      'read-only',
      `it starts where neither its own nor its working directory can be written${companions(input)}`,
      'without writing there',
    ),
}

const anyStdin: Clause = {
  id: 'start/any-stdin',
  scenarios: ['null-stdin'],
  unplanned: 'its stdin is a way to stop it, so it cannot be without',
  judge({ contract, livesOf }) {
    const expected = 'it starts, and stays up, with /dev/null as its stdin'
    for (const life of livesOf('null-stdin')) {
      if (!isReady(life)) return fail(expected, whyNotReady(life), { life, atMs: unreadyAtMs(life) })
      const finding = judgeServing(life, expected, contract)
      if (finding !== null) return finding
    }
    return pass('with an open pipe, and with /dev/null')
  },
}

export const startElsewhereClauses: readonly Clause[] = [
  anyPath,
  emptyEnvironment,
  anyStdin,
  readOnlyDirectory,
]
