import { rename, rm, writeFile } from 'node:fs/promises'
import type { Benchmark } from '../bench/benchmark.ts'
import type { Baseline } from '../report/benchmark-document.ts'
import { BENCHMARK_SCHEMA } from '../report/benchmark-document.ts'
import { baselineSchema } from '../report/benchmark-schema.ts'
import { PlainError } from '../text/plain-error.ts'
import { readRegular } from '../text/read-regular.ts'

/** The file holds no benchmark that this version can read. */
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
      `--baseline ${path} was measured on another machine, and times of two machines say nothing of a binary:\n  there  ${there}\n  here   ${here}\nMeasure the older binary here, with --save, or put both beside each other with compare.`,
    )
  }
}

/** Reads what `--save` wrote. Throws BaselineError. */
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
  return { path, benchmark: { startedAt: new Date(startedAt), host, cpu, file, turns } }
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

/** Beside its place, and moved there: a baseline of before is not lost to a full disk. */
export async function saveBaseline(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.part`
  try {
    await writeFile(beside, text)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
