import type { ChildProcess } from 'node:child_process'
import { execa } from 'execa'
import type { Setup, SetupContext } from '../contract/input.ts'
import { codeOf } from '../text/error-code.ts'
import { PlainError } from '../text/plain-error.ts'
import { Redaction } from '../text/redaction.ts'
import { Deadline, type Signal } from './deadline.ts'

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

/** The life is wanted no more: what prepared it was ended with it. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError'
}

export interface SetupLimits {
  readonly timeoutMs: number
  /** Set when the life is wanted no more. */
  readonly doom: Signal<string>
}

/**
 * Prepares a life in the directories that are its own: by the contract's function, or by its command, run in the life's
 * working directory with its environment. Throws SetupError, also when it takes longer than a start may, and GivenUpError.
 */
export async function runSetup(
  life: string,
  setup: Setup | readonly string[],
  context: SetupContext & { readonly environment: Readonly<Record<string, string>> },
  limits: SetupLimits,
  redaction: Redaction = new Redaction([]),
): Promise<void> {
  const { environment, ...told } = context
  try {
    if (typeof setup === 'function') await callSetup(life, setup, told, limits)
    else await runCommand(life, setup, context, limits)
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
  { timeoutMs, doom }: SetupLimits,
): Promise<void> {
  const [program = '', ...args] = setup
  const command = execa(program, args, {
    cwd: context.cwd,
    // What prepares is the developer's own, and needs the developer's tools.
    env: { ...environment, ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }) },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    // A group of its own: what it starts is ended with it.
    detached: process.platform !== 'win32',
    cleanup: false,
    forceKillAfterDelay: false,
  })
  let said = ''
  command.all.on('data', chunk => {
    said = `${said}${chunk}`.slice(-LAST_CHARACTERS)
  })
  const isSettled = await new Deadline(timeoutMs).before(Promise.race([command, doom.wait()]))
  if (doom.isSet) {
    end(command)
    throw new GivenUpError(doom.value)
  }
  if (!isSettled) {
    const hasExited = command.nodeChildProcess.exitCode !== null
    end(command)
    const why = hasExited
      ? `${program} has ended, and what it has started holds its output open for longer than ${timeoutMs} ms: let that write to a file`
      : `${program} took longer than ${timeoutMs} ms`
    throw setupError(life, why, said)
  }
  const { failed, shortMessage } = await command
  if (!failed) return
  throw setupError(life, shortMessage ?? `${program} failed`, said)
}

/** Ends a command with its group, and lets go of its output: who left that group may hold it for ever. */
function end({ nodeChildProcess: child }: { readonly nodeChildProcess: ChildProcess }): void {
  try {
    if (child.pid !== undefined)
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left in it.
    if (codeOf(error) !== 'ESRCH') throw error
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function setupError(life: string, why: string, said: string): SetupError {
  return new SetupError(life, said.trim() === '' ? why : `${why}\n${said.trim()}`)
}

async function callSetup(
  life: string,
  setup: Setup,
  told: SetupContext,
  { timeoutMs, doom }: SetupLimits,
): Promise<void> {
  try {
    const called = Promise.resolve(setup(told))
    const isSettled = await new Deadline(timeoutMs).before(Promise.race([called, doom.wait()]))
    if (doom.isSet) throw new GivenUpError(doom.value)
    if (!isSettled) throw new SetupError(life, `it took longer than ${timeoutMs} ms`)
  } catch (error) {
    if (error instanceof SetupError || error instanceof GivenUpError) throw error
    throw new SetupError(life, error instanceof Error ? error.message : String(error), { cause: error })
  }
}
