import type { Benchmark } from '../bench/benchmark.ts'
import type { Against } from '../bench/judge.ts'
import type { Turn } from '../bench/sample.ts'
import type { Baseline } from '../report/benchmark-document.ts'
import { BENCHMARK_SCHEMA } from '../report/benchmark-document.ts'
import { baselineSchema } from '../report/benchmark-schema.ts'
import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'
import { readRegular } from '../text/read-regular.ts'
import { binaryBeside, isThere, lookWhereItWas, whyNotThis } from './older-binary.ts'

/** The file holds no benchmark that this version can read, or has another binary beside it. */
export class BaselineError extends PlainError {
  override readonly name = 'BaselineError'
  override readonly blame = 'caller'

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`--baseline ${path} ${what}. Make one with: sidecar-harness bench BINARY --save ${path}`, options)
  }
}

/** It was measured on a machine that is not this one: nobody can judge by it here. */
export class OtherMachineError extends PlainError {
  override readonly name = 'OtherMachineError'
  override readonly blame = 'machine'

  constructor(path: string, there: string, here: string) {
    super(
      `--baseline ${path} was measured on another machine, and times of two machines say nothing of a binary:\n  there  ${there}\n  here   ${here}\nMeasure the older binary here, with --save, or put both beside each other with compare. A baseline that was saved with --with-binary holds wherever that binary runs.`,
    )
  }
}

/** Reads what `--save` wrote, and looks for the binary that it was measured of. Throws BaselineError. */
export async function readBaseline(path: string): Promise<Baseline> {
  const text = await readRegular(path).catch((error: NodeJS.ErrnoException) => {
    throw new BaselineError(
      path,
      error.code === 'ENOENT' ? 'is not there' : `cannot be read: ${error.message}`,
    )
  })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw new BaselineError(path, `is no JSON: ${(error as Error).message}`, { cause: error })
  }
  const { schema } = Object(content)
  if (typeof schema === 'number' && schema !== BENCHMARK_SCHEMA)
    throw new BaselineError(path, `is of schema ${schema}; this version reads ${BENCHMARK_SCHEMA}`)
  const parsed = baselineSchema.safeParse(content)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    throw new BaselineError(path, `is no benchmark: ${first?.path.join('.') || 'it'}: ${first?.message}`)
  }
  const { startedAt, host, cpu, file, turns } = parsed.data
  return {
    ...{ path, benchmark: { startedAt: new Date(startedAt), host, cpu, file } },
    against: await chooseAgainst(path, file, turns),
  }
}

/** The older binary where it is there: the one beside its baseline wins, since that was kept for this. */
async function chooseAgainst(
  path: string,
  file: Benchmark['file'],
  turns: readonly Turn[],
): Promise<Against> {
  const beside = binaryBeside(path)
  if (await isThere(beside)) {
    const problem = await whyNotThis(beside, file).catch((error: Error) => `cannot be read: ${error.message}`)
    if (problem === null) return { by: 'binary', path: beside }
    throw new BaselineError(
      path,
      `was measured of a binary of sha256 ${file.sha256}, and ${printable(beside)} ${problem}. Remove that to have the baseline held by the yardstick`,
    )
  }
  const older = await lookWhereItWas(file)
  if (older.path !== null) return { by: 'binary', path: older.path }
  if (turns.length > 0 && turns.every(({ yardstick }) => yardstick === null))
    throw new BaselineError(
      path,
      `can be held only by turns with its binary: ${older.reason}, and no yardstick was measured with it`,
    )
  return { by: 'yardstick', turns, reason: older.reason }
}

/** Throws OtherMachineError where times of it can say nothing of what is measured on this one. */
export function requireSameMachine(
  { path, benchmark: before }: Baseline,
  now: Pick<Benchmark, 'host' | 'cpu'>,
): void {
  const [there, here] = [describeMachine(before), describeMachine(now)]
  if (there !== here) throw new OtherMachineError(path, there, here)
}

function describeMachine({ host, cpu }: Pick<Benchmark, 'host' | 'cpu'>): string {
  return `${host.os} ${host.arch}, ${host.cpus} cores, ${cpu}, Node ${host.node}`
}
