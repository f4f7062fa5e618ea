import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { Setup, SetupContext } from '../contract/input.ts'
import { PlainError } from '../text/plain-error.ts'
import { Redaction } from '../text/redaction.ts'

/** Shown of what a command said: the end tells why. */
const LAST_CHARACTERS = 2000

/** What prepares a life failed, so there was nothing to judge. */
export class SetupError extends PlainError {
  override readonly name = 'SetupError'
  override readonly blame = 'caller'
  readonly life: string
  readonly why: string

  constructor(life: string, why: string, options?: ErrorOptions) {
    super(`The contract's setup failed before the life ${life} was launched: ${why}`, options)
    this.life = life
    this.why = why
  }
}

/**
 * Prepares a life in the directories that are its own: by the contract's function, or by its command, run in the life's
 * working directory with its environment. Throws SetupError, also when it takes longer than a start may.
 */
export async function runSetup(
  life: string,
  setup: Setup | readonly string[],
  context: SetupContext & { readonly environment: Readonly<Record<string, string>> },
  timeoutMs: number,
  redaction: Redaction = new Redaction([]),
): Promise<void> {
  const { environment, ...told } = context
  try {
    if (typeof setup === 'function') await callSetup(life, setup, told, timeoutMs)
    else await runCommand(life, setup, context, timeoutMs)
  } catch (error) {
    // It is told, and kept in logs: no secret that it was given stands in it, nor in what it was caused by.
    if (!(error instanceof SetupError) || redaction.text(error.message) === error.message) throw error
    throw new SetupError(life, redaction.text(error.why))
  }
}

async function runCommand(
  life: string,
  setup: readonly string[],
  { environment, ...context }: SetupContext & { readonly environment: Readonly<Record<string, string>> },
  timeoutMs: number,
): Promise<void> {
  const [program = '', ...args] = setup
  const { failed, timedOut, shortMessage, all } = await execa(program, args, {
    cwd: context.cwd,
    // What prepares is the developer's own, and needs the developer's tools.
    env: { ...environment, ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }) },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: timeoutMs,
  })
  if (!failed) return
  const why = timedOut ? `${program} took longer than ${timeoutMs} ms` : (shortMessage ?? `${program} failed`)
  const said = (all ?? '').slice(-LAST_CHARACTERS).trim()
  throw new SetupError(life, said === '' ? why : `${why}\n${said}`)
}

async function callSetup(life: string, setup: Setup, told: SetupContext, timeoutMs: number): Promise<void> {
  const abandon = new AbortController()
  const late = delay(timeoutMs, 'late' as const, { signal: abandon.signal })
  // Whoever is first, the other one's end is nobody's.
  late.catch(() => {})
  try {
    const first = await Promise.race([Promise.resolve(setup(told)), late])
    if (first === 'late') throw new SetupError(life, `it took longer than ${timeoutMs} ms`)
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(life, error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    abandon.abort()
  }
}
