import { Session } from 'node:inspector/promises'

/** Who the time of a process was spent by, in the words of the table. */
export const SHARES = [
  'spawn, in Node itself',
  'system calls: directories, pipes, sockets',
  'Node beside that',
  'execa',
  'undici',
  'the harness',
  'garbage collection',
] as const
export type Share = (typeof SHARES)[number]

/** Short beside a launch, which takes milliseconds. */
const SAMPLE_EVERY_US = 100

/** Does the work, and tells in milliseconds who it was spent by: by V8's own profiler, waiting left out. */
export async function whereTimeGoes<T>(
  work: () => Promise<T>,
): Promise<{ result: T; spentMs: Record<Share, number> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US })
  await session.post('Profiler.start')
  const result = await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const spentMs = Object.fromEntries(SHARES.map(share => [share, 0])) as Record<Share, number>
  const { samples = [], timeDeltas = [] } = profile
  samples.forEach((id, index) => {
    const frame = frames.get(id)
    const share = frame === undefined ? null : shareOf(frame.functionName, frame.url)
    if (share !== null) spentMs[share] += (timeDeltas[index] ?? 0) / 1000
  })
  return { result, spentMs }
}

/** Null for what is nobody's: waiting, and the profiler itself. */
function shareOf(name: string, url: string): Share | null {
  if (name === '(idle)' || name === '(root)' || name === 'post') return null
  if (name === '(garbage collector)') return 'garbage collection'
  if (url.includes('/execa/')) return 'execa'
  // Its parser is compiled C.
  if (url.includes('/undici/') || url.startsWith('wasm:') || /^(js-to-wasm|wasm-to-js)/.test(name))
    return 'undici'
  if (url.startsWith('file:')) return 'the harness'
  if (url.startsWith('node:') || name === '(program)') return 'Node beside that'
  return name === 'spawn' ? 'spawn, in Node itself' : 'system calls: directories, pipes, sockets'
}
