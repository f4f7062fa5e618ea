import { dirname } from 'node:path'
import { expect, type TestContext, TestRunner } from 'vitest'
import type { RunningSidecar } from '../sidecar/running.ts'
import type { LaunchOptions } from '../sidecar/start.ts'
import { PlainError } from '../text/plain-error.ts'
import { begunAt, noteFailure, noteShared, noteSidecars } from './casebook.ts'
import type { SidecarUnderTest } from './fixtures.ts'
import { type Choice, findContract, locateBinary } from './locate.ts'
import { patienceOf, SHARED_PATIENCE } from './patience.ts'
import { noteBinary, tellBinaries } from './watched.ts'

/** At least one. */
type Launched = readonly [RunningSidecar, ...RunningSidecar[]]

/** Finds the sidecar that a spec file is about, and builds it where nobody has yet: once, however often it is asked for. */
export function prepareToLocate(choice: Choice): () => Promise<SidecarUnderTest> {
  const specFile = currentSpecFile()
  let located: Promise<SidecarUnderTest> | null = null
  return () => {
    located ??= locate(choice, specFile).catch(error => {
      throw withoutStack(error)
    })
    return located
  }
}

async function locate(choice: Choice, specFile: string): Promise<SidecarUnderTest> {
  const resolved = await findContract(choice, dirname(specFile))
  const { file } = await locateBinary(resolved, choice)
  noteBinary(specFile, file)
  return { resolved, file }
}

/** Launches instances for one test, with the time that it gives, and tells of them when it fails. */
export async function launchFor(
  { task, signal, onTestFinished }: Pick<TestContext, 'task' | 'signal' | 'onTestFinished'>,
  underTest: SidecarUnderTest,
  instances: number,
  options: LaunchOptions,
): Promise<Launched> {
  tellBinaries(task.file)
  const signals = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal])
  const { start } = await import('../sidecar/start.ts')
  const plan = {
    ...underTest,
    instances,
    options: { ...options, signal: signals },
    patience: patienceOf(task, begunAt(task)),
  }
  try {
    const launched = await start(plan, ending => onTestFinished(() => ending))
    noteSidecars(task, launched)
    return launched as unknown as Launched
  } catch (error) {
    await noteStart(task, error)
    throw error
  }
}

/** Launches what all tests of a file share. */
export async function launchShared(underTest: SidecarUnderTest): Promise<RunningSidecar> {
  const test = TestRunner.getCurrentTest()
  if (test !== undefined) tellBinaries(test.file)
  const { start } = await import('../sidecar/start.ts')
  try {
    const plan = { ...underTest, instances: 1, options: {}, patience: SHARED_PATIENCE }
    const [shared] = (await start(plan, ending =>
      test?.context.onTestFinished(() => ending),
    )) as unknown as Launched
    noteShared(currentSpecFile(), shared)
    return shared
  } catch (error) {
    if (test !== undefined) await noteStart(test, error)
    throw error
  }
}

/** Stops them all, and throws what there is to say of any of them. */
export async function disposeAll(launched: readonly RunningSidecar[]): Promise<void> {
  const ends = await Promise.allSettled(launched.map(sidecar => sidecar.dispose()))
  const reasons = ends.flatMap(end => (end.status === 'rejected' ? [withoutStack(end.reason)] : []))
  if (reasons.length === 1) throw reasons[0]
  if (reasons.length > 1)
    throw new AggregateError(reasons, `${reasons.length} of ${launched.length} did not end well`)
}

async function noteStart(test: TestContext['task'], error: unknown): Promise<void> {
  const { SidecarError } = await import('../sidecar/errors.ts')
  withoutStack(error)
  if (error instanceof SidecarError) noteFailure(test, error.toCase())
}

/** Nobody called this but Vitest: a stack would show our own files, and nothing of the sidecar. */
function withoutStack<T>(reason: T): T {
  if (reason instanceof PlainError) reason.stack = `${reason.name}: ${reason.message}`
  return reason
}

function currentSpecFile(): string {
  const { testPath } = expect.getState()
  if (testPath === undefined) throw new Error('a sidecar can be launched in a spec file alone')
  return testPath
}
