import type { Scenario } from './scenario.ts'

/**
 * Performed when it becomes ready with its caller's environment, and not with that of a desktop session: with ever
 * fewer of the caller's variables, until one is left. Its last life has that one alone; where even that does not
 * become ready, it misses several.
 */
export const missingVariable: Scenario = {
  id: 'missing-variable',
  what: 'with a part of your environment, to find the variable that it misses',
  instances: 1,
  readiness: null,
  ordinary: false,
  async drive(stage) {
    let instance = 0
    let suspects = stage.callersVariables
    const startsWith = async (onlyThese: readonly string[]): Promise<boolean> => {
      const life = await stage.launch({ instance: ++instance, variables: 'caller', onlyThese })
      const isReady = await life.ready()
      if (isReady) await stage.stop(life)
      return isReady
    }
    while (suspects.length > 1) {
      const half = suspects.slice(0, Math.ceil(suspects.length / 2))
      suspects = (await startsWith(half)) ? half : suspects.slice(half.length)
    }
    if (suspects.length > 0) await startsWith(suspects)
  },
}
