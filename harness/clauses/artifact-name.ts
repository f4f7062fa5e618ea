import { findNameProblem, findNameRisk } from '../artifact/naming.ts'
import { printable } from '../text/printable.ts'
import { type Clause, fail, pass, skipped } from './clause.ts'

const APPS = { tauri: 'Tauri', electron: 'Electron', wails: 'Wails', flutter: 'Flutter' } as const

export const tripleName: Clause = {
  id: 'artifact/triple-name',
  scenarios: [],
  judge({ artifact, contract }) {
    const { app } = contract
    if (app !== null && app !== 'tauri') return skipped(`${APPS[app]} apps give their sidecars any name`)
    const problem = findNameProblem(artifact)
    if (problem !== null) return fail(problem.expected, problem.observed, null)
    const risk = findNameRisk(artifact)
    return pass(`${printable(artifact.name)}${risk === null ? '' : `; ${risk}`}`)
  },
}
