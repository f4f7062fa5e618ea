import { dirname, join } from 'node:path'
import { readOrNothing } from './limits.ts'

/** Processes and threads of a container, or of any other control group, which count together. */
export interface ContainerLimit {
  readonly most: number
  readonly taken: number
}

/** Where systems mount the controller `pids`: that of version 1, and the one hierarchy of version 2. */
const MOUNTS = { one: '/sys/fs/cgroup/pids', two: '/sys/fs/cgroup' } as const

/**
 * The limit that leaves this process the fewest further processes: its own group's, or that of one above it. Null where
 * there is none, or none to be seen. See cgroups(7); Docker sets it by --pids-limit, Kubernetes by podPidsLimit.
 */
export function readContainerLimit(): ContainerLimit | null {
  const lines = readOrNothing('/proc/self/cgroup').split('\n')
  const limits = lines.flatMap(line => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers.split(',').includes('pids')) return limitsFrom(MOUNTS.one, path)
    return controllers === '' && path !== '' ? limitsFrom(MOUNTS.two, path) : []
  })
  const [tightest = null] = limits.toSorted((a, b) => a.most - a.taken - (b.most - b.taken))
  return tightest
}

/** From the group itself up to where its hierarchy is mounted: in a container that is the container's own group. */
function limitsFrom(mount: string, path: string): readonly ContainerLimit[] {
  const limits: ContainerLimit[] = []
  for (let group = path; ; group = dirname(group)) {
    const most = Number.parseInt(readOrNothing(join(mount, group, 'pids.max')), 10)
    const taken = Number.parseInt(readOrNothing(join(mount, group, 'pids.current')), 10)
    // `max` is no number: there is no limit.
    if (Number.isInteger(most) && Number.isInteger(taken)) limits.push({ most, taken })
    if (group === dirname(group)) return limits
  }
}
