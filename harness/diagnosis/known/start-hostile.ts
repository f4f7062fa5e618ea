import { isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { CULPRITS } from './hostile-variables.ts'
import { closerLooks, endOf, variablesOf } from './start-conditions.ts'

/** The lives that had one of the variables alone, and did not become ready. */
function culprits(scene: Scene): readonly LifeRecording[] {
  return closerLooks(scene).filter(each => !isReady(each))
}

const known: readonly KnownFailure[] = CULPRITS.map(({ variable, shows, ...failure }) => ({
  ...failure,
  clauses: ['start/hostile-environment'],
  recognise(scene) {
    const { life } = scene
    const found = culprits(scene)
    const [alone] = found.filter(each => variablesOf(each).includes(variable))
    if (alone !== undefined) {
      return {
        evidence: [
          ...endOf({ ...scene, life: alone }),
          `with ${variable} beside a bare environment, and nothing else (${alone.id})`,
        ],
      }
    }
    const how = life === null || found.length > 0 ? null : (shows?.({ ...scene, life }) ?? null)
    return how === null ? null : { evidence: [how] }
  },
}))

/** From the particular to the general. */
export const startHostileFailures: readonly KnownFailure[] = [
  ...known,
  {
    id: 'changed-by-environment',
    title: "Variables that users' shells hold change what it does, or keep it from starting.",
    clauses: ['start/hostile-environment'],
    sources: ['https://github.com/block/buzz/issues/2315', 'https://github.com/vercel/pkg/issues/1517'],
    fix: {
      any: 'Start it with them one by one: `env -i PATH=/usr/bin:/bin HOME=$HOME NODE_OPTIONS=… ./backend`. Read no variable whose name is not your own, and let the app hand over a clean environment.',
    },
    recognise(scene) {
      const alone =
        closerLooks(scene).length > 0 ? ['with each of them alone it starts: it is two of them together'] : []
      return { evidence: [...alone, scene.finding.observed] }
    },
  },
]
