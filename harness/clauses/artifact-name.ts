import { findNameProblem, findNameRisk } from '../artifact/naming.ts'
import { printable } from '../text/printable.ts'
import { findMissingTargets, tellTargets } from './artifact-targets.ts'
import { type Clause, fail, pass, skipped } from './clause.ts'

const APPS = { tauri: 'Tauri', electron: 'Electron', wails: 'Wails', flutter: 'Flutter' } as const

export const tripleName: Clause = {
  id: 'artifact/triple-name',
  scenarios: [],
  judge({ artifact, contract, targets = [] }) {
    const { app } = contract
    if (app !== null && app !== 'tauri') return skipped(`${APPS[app]} apps give their sidecars any name`)
    const problem = findNameProblem(artifact)
    if (problem !== null) return fail(problem.expected, problem.observed, null)
    const [risk = null] = [artifact, ...targets].map(findNameRisk).filter(each => each !== null)
    const missing = findMissingTargets(targets)
    if (missing !== null) return fail(missing.expected, missing.observed, null)
    return pass(`${printable(artifact.name)}${risk === null ? '' : `; ${risk}`}${tellTargets(targets)}`)
  },
}
