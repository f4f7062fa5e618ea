import { eventsOf, firstEvent, isReady, sameConditions } from '../recording/query.ts'
import { BASELINE, type Conditions, type LifeRecording } from '../recording/recording.ts'
import { missingVariable } from '../scenarios/missing-variable.ts'
import { BASELINE_LIFE, type Clause, fail, type JudgeInput, pass, skipped } from './clause.ts'
import { judgeStart } from './start-elsewhere.ts'
import { unreadyAtMs, whyNotReady } from './words.ts'

/** The baseline that never became ready, and the life that did where the caller's own was given to it. */
interface Cure {
  readonly baseline: LifeRecording
  readonly cured: LifeRecording
  /** That alone did not help: it needs the rest of the caller's conditions as well. */
  readonly isPartOfIt: boolean
}

function findCure({ lives, plan }: JudgeInput, difference: keyof Conditions): Cure | null {
  if (plan.conditions[difference] === BASELINE[difference]) return null
  const baseline = lives.find(({ conditions }) => sameConditions(conditions, BASELINE))
  const cured = lives.find(({ conditions }) => sameConditions(conditions, plan.conditions))
  if (baseline === undefined || cured === undefined) return null
  const others = (Object.keys(BASELINE) as (keyof Conditions)[]).filter(key => key !== difference)
  return { baseline, cured, isPartOfIt: others.some(key => plan.conditions[key] !== BASELINE[key]) }
}

const bareEnvironment: Clause = {
  id: 'start/bare-environment',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const cure = findCure(input, 'environment')
    if (cure === null) return pass('it started with a system PATH, HOME and TMPDIR')
    const { baseline, cured, isPartOfIt } = cure
    const has = new Set(variablesOf(baseline))
    const more = variablesOf(cured).filter(name => !has.has(name))
    const as = isPartOfIt ? 'With your environment, in your directory,' : 'With your environment'
    return fail(
      'it starts with a system PATH, HOME and TMPDIR alone',
      `${whyNotReady(baseline)}. ${as} it becomes ready: ${whatIsMissing(input.lives, baseline, more)}`,
      { life: baseline, atMs: unreadyAtMs(baseline) },
    )
  },
}

/** The one variable of the caller's with which, beside a bare environment, it became ready; null where none was found. */
export function missingVariableIn(lives: readonly LifeRecording[]): string | null {
  const last = lives.filter(({ scenario }) => scenario === missingVariable.id).at(-1)
  const bare = lives.find(({ conditions }) => sameConditions(conditions, BASELINE))
  if (last === undefined || !isReady(last)) return null
  // The caller's PATH is another one than that of a desktop session, and the bare environment has one too.
  const more = variablesOf(last).filter(name => !variablesOf(bare).includes(name))
  return more[0] ?? 'PATH'
}

/** It was looked for; where it was not found, a sidecar often names the variable that it misses. */
function whatIsMissing(
  lives: readonly LifeRecording[],
  bare: LifeRecording,
  variables: readonly string[],
): string {
  const found = missingVariableIn(lives)
  if (found === 'PATH') return 'it misses a program on your PATH'
  if (found !== null) return `it misses ${found}, with which alone it becomes ready too`
  const said = new Set(bare.stderr.lines.flatMap(({ text }) => text.split(/\W+/)))
  const named = variables.filter(name => said.has(name))
  return named.length > 0
    ? `it misses ${named.join(' and ')}, which it names itself`
    : `it misses something of your shell: one of its ${variables.length} other variables, or a program on its PATH`
}

function variablesOf(life: LifeRecording | undefined): readonly string[] {
  return life === undefined ? [] : (eventsOf(life, 'launch')[0]?.variables ?? [])
}

const anyDirectory: Clause = {
  id: 'start/any-directory',
  scenarios: [BASELINE_LIFE, 'from-root'],
  judge(input) {
    const { cwd } = input.contract
    if (cwd !== null) return skipped(`its app launches it from ${cwd}, and from nowhere else`)
    const cure = findCure(input, 'directory')
    if (cure !== null && !cure.isPartOfIt) {
      const { baseline, cured } = cure
      const { directory } = firstEvent(cured, 'launch') ?? { directory: '' }
      return fail(
        'it starts from an empty working directory',
        `${whyNotReady(baseline)}. Launched from ${directory} it becomes ready: it misses a file there`,
        { life: baseline, atMs: unreadyAtMs(baseline) },
      )
    }
    return judgeStart(input, 'from-root', 'it starts from /', 'from an empty directory, and from /')
  },
}

export const startConditionClauses: readonly Clause[] = [bareEnvironment, anyDirectory]
