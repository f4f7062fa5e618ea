import type { ArtifactDescription } from '../artifact/description.ts'
import { compareWithName, judgeLaunchable } from '../artifact/launchable.ts'
import type { TargetFile } from '../artifact/target-file.ts'
import { TARGETS } from '../artifact/triple.ts'
import { printable } from '../text/printable.ts'
import { type Clause, type Finding, fail, type JudgeInput, pass } from './clause.ts'

/** A dozen targets that all lack the same are told by the first ones. */
const MOST_NAMED = 3
const UNIVERSAL = 'universal-apple-darwin'

type Described = TargetFile & { artifact: ArtifactDescription }

/**
 * Has a clause of the file judge the files of the contract's other targets, too: each as by a machine that it is for, as
 * far as its bytes and its mode tell. `judgeTarget` where those tell less than on this machine.
 */
export function onEveryTarget(clause: Clause, judgeTarget: Clause['judge'] = clause.judge): Clause {
  return {
    ...clause,
    judge(input) {
      const own = clause.judge(input)
      const others = otherTargets(input)
      // Windows has no permission bits, so that those of files for other systems are not to be seen there.
      const isBlind = clause.id === 'artifact/executable' && input.host.os === 'windows'
      if (own.outcome === 'fail' || own.outcome === 'blocked' || others.length === 0 || isBlind) return own
      const failed = others.flatMap(target => judgeAs(target, input, judgeTarget))
      const [first] = failed
      if (first === undefined) return own.outcome === 'pass' ? pass(own.observed + tellTargets(others)) : own
      const told = failed.slice(0, MOST_NAMED).map(({ name, observed }) => `${printable(name)}: ${observed}`)
      const more = failed.length > MOST_NAMED ? ` And ${failed.length - MOST_NAMED} more.` : ''
      return { ...fail(first.expected, `${told.join(' ')}${more}`, null), of: first.of }
    },
  }
}

interface Failed {
  readonly name: string
  readonly expected: string
  readonly observed: string
  readonly of: Pick<JudgeInput, 'artifact' | 'host'>
}

/** By each machine that the target is for: a universal program has to be sound on both. */
function judgeAs(target: Described, input: JudgeInput, judge: Clause['judge']): readonly Failed[] {
  const { artifact, name } = target
  const { os = input.host.os, archs = [] } = TARGETS.find(({ triple }) => triple === target.triple) ?? {}
  for (const arch of archs) {
    const of = { artifact, host: { ...input.host, os, arch } }
    const finding = judge({ ...input, ...of, machine: of.host })
    if (finding.outcome === 'fail') return [{ ...finding, name, of }]
  }
  return []
}

/** Its header has to be what its name says; then what macOS, or Linux, would say to it. */
export function judgeTargetFormat({ artifact, host, targets = [] }: JudgeInput): Finding {
  const expected = `a program for ${host.os} on ${host.arch}`
  const { launchable, sentence } = judgeLaunchable(artifact, host)
  const disagreement = compareWithName(artifact)
  if (disagreement === null) return launchable ? pass(sentence) : fail(expected, sentence, null)
  const twin = targets.find(
    other => other.name !== artifact.name && other.artifact?.sha256 === artifact.sha256,
  )
  const same = twin === undefined ? '' : ` It is the same file as ${printable(twin.name)}.`
  return fail(expected, `${disagreement}${same}`, null)
}

/** Those that are not there, each with the nearest name that is; null where none is missing. */
export function findMissingTargets(
  targets: readonly TargetFile[],
): { readonly expected: string; readonly observed: string } | null {
  const missing = targets.filter(({ artifact }) => artifact === null)
  if (missing.length === 0) return null
  const isUniversal = targets.some(({ triple }) => triple === UNIVERSAL)
  const three = isUniversal
    ? '; of a universal app all three, because Tauri compiles it for each processor, with the sidecar for that'
    : ''
  const told = missing.map(({ name, problem, nearest }) => {
    if (problem !== null) return problem
    const like = nearest === null ? '' : `; the nearest is ${printable(nearest)}`
    return `There is no ${printable(name)}${like}.`
  })
  return {
    expected: `a file for each of ${targets.length} targets, ${targets.map(({ name }) => printable(name)).join(', ')}${three}`,
    observed: told.join(' '),
  }
}

/** How many others were looked at, behind what is told of this machine's. */
export function tellTargets(targets: readonly TargetFile[]): string {
  return targets.length === 0 ? '' : `; and so for ${targets.map(({ triple }) => triple).join(', ')}`
}

function otherTargets({ targets = [], artifact }: JudgeInput): readonly Described[] {
  return targets.flatMap(target =>
    target.artifact !== null && target.artifact.path !== artifact.path
      ? [{ ...target, artifact: target.artifact }]
      : [],
  )
}
