import { compareWithName, judgeLaunchable } from '../artifact/launchable.ts'
import { size } from '../text/size.ts'
import { judgeTargetLibraries, librariesResolve } from './artifact-libraries.ts'
import { tripleName } from './artifact-name.ts'
import { payload } from './artifact-payload.ts'
import { judgeTargetFormat, onEveryTarget } from './artifact-targets.ts'
import { blocked, type Clause, fail, pass, skipped } from './clause.ts'

const READ_AND_EXECUTE_BY_ALL = 0o555

const executable: Clause = {
  id: 'artifact/executable',
  scenarios: [],
  judge({ artifact, host, machine }) {
    // Nor has a file for another system any that could be seen there.
    if (host.os === 'windows' || machine.os === 'windows') return skipped('Windows has no permission bits')
    const mode = `mode ${artifact.mode.toString(8).padStart(4, '0')}`
    if ((artifact.mode & READ_AND_EXECUTE_BY_ALL) === READ_AND_EXECUTE_BY_ALL) return pass(mode)
    // A note, or a saved error page, does not become a program by a mode: one thing is to be mended, and that is it.
    if (!judgeLaunchable(artifact, machine).launchable) return blocked('artifact/native-format')
    const missing = [
      ['owner', 0o500, 6],
      ['group', 0o050, 3],
      ['others', 0o005, 0],
    ] as const
    const lacking = missing.flatMap(([who, bits, shift]) => {
      const lacks = (bits & ~artifact.mode) >> shift
      const what = [lacks & 4 ? 'read' : '', lacks & 1 ? 'execute' : ''].filter(Boolean).join(' or ')
      return what === '' ? [] : [{ who, what }]
    })
    const [first] = lacking
    const alike = lacking.length === missing.length && lacking.every(({ what }) => what === first?.what)
    return fail(
      'a regular file that owner, group and others may read and execute (mode 0755)',
      `${mode}: ${alike ? `nobody may ${first?.what} it` : lacking.map(({ who, what }) => `${who} may not ${what} it`).join(', ')}`,
      null,
    )
  },
}

const nativeFormat: Clause = {
  id: 'artifact/native-format',
  scenarios: [],
  judge({ artifact, machine }) {
    const expected = `a program for ${machine.os} on ${machine.arch}`
    const { launchable, sentence } = judgeLaunchable(artifact, machine)
    if (!launchable) return fail(expected, sentence, null)
    const disagreement = compareWithName(artifact)
    return disagreement === null ? pass(sentence) : fail(expected, disagreement, null)
  },
}

const withinSize: Clause = {
  id: 'artifact/size',
  scenarios: [],
  judge({ artifact: { bytes }, contract: { budgets } }) {
    const budget = size(budgets.sizeBytes)
    if (bytes <= budgets.sizeBytes) return pass(`${size(bytes)} of ${budget}`)
    return fail(`no more than ${budget}`, `${size(bytes)}, ${size(bytes - budgets.sizeBytes)} too much`, null)
  },
}

export const artifactClauses: readonly Clause[] = [
  onEveryTarget(executable),
  onEveryTarget(nativeFormat, judgeTargetFormat),
  tripleName,
  onEveryTarget(librariesResolve, judgeTargetLibraries),
  onEveryTarget(payload),
  onEveryTarget(withinSize),
]
