import { expect, type MatcherState, type SyncMatcherResult } from 'vitest'
import { exchangesOf } from '../recording/exchanges.ts'
import { tell } from '../report/explain.ts'
import type { LogPattern } from '../sidecar/output.ts'
import type { LoggedOptions } from '../sidecar/sidecar.ts'
import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'
import {
  expectSidecar,
  fromClauses,
  fromResults,
  NotJudgedError,
  not,
  tellBoth,
  verdict,
} from './matcher-result.ts'

/** What `expect` can say of a sidecar. Exported, or a bundler of declarations would take this module for one without any. */
export interface SidecarMatchers<R> {
  /** It answers on its health path as its contract says, at this moment. */
  toBeHealthy(): Promise<void>
  /** Told by this signal, or in the contract's first way, it exits by itself, in time, with what the contract accepts. */
  toExitCleanly(signal?: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): Promise<void>
  /** So far its stdout holds nothing but the announcement and what the contract allows. */
  toHaveKeptStdoutClean(): R
  /** So far it has announced itself once, and where it should. */
  toHaveAnnouncedOnce(): R
  /**
   * It has logged a line with this text, or one that fits; waited for, for a second where nothing is said.
   * With `not`, nothing is waited for: it has not logged one so far.
   */
  toHaveLogged(pattern: LogPattern, options?: LoggedOptions): Promise<void>
  /** Whatever it listens on, at this moment and before, cannot be reached from other machines. */
  toListenOnlyOnLoopback(): Promise<void>
  /** Stopped, it leaves no process, no listener on its port, and no file in its working and temporary directory. */
  toLeaveNothingBehind(): Promise<void>
}

declare module 'vitest' {
  // The parameters are Vitest's own, and have to stand in each declaration.
  interface Matchers<R, T> extends SidecarMatchers<R> {}
}

/** A line is written within milliseconds of what it tells of; so long one is waited for. */
const LOG_PATIENCE_MS = 1_000

const matchers = {
  async toBeHealthy(this: MatcherState, received: unknown): Promise<SyncMatcherResult> {
    const sidecar = expectSidecar(received, 'toBeHealthy')
    const isWell = await sidecar.check()
    const { path, status, kind } = sidecar.circumstances.contract.health
    const exchange = exchangesOf(sidecar.recording(), 'check').at(-1)
    const { response, failure } = exchange ?? {}
    const problems = response?.schemaProblems ?? []
    const said = response == null ? '' : ` ${printable(response.body)}`
    const seen =
      failure == null ? `${response?.status ?? 'an open connection'}${said}` : `no answer: ${failure.message}`
    const expected =
      kind === 'http' ? `${status} for GET ${path}, with a body that the contract accepts` : 'a connection'
    const lines = [
      ...tellBoth(this, expected, seen),
      ...(problems.length === 0
        ? []
        : [tell('because', problems.map(problem => printable(problem)).join('; '))]),
    ]
    return verdict(
      sidecar,
      isWell && problems.length === 0,
      `${sidecar.name} is${not(!this.isNot)} healthy`,
      lines,
    )
  },

  async toExitCleanly(
    this: MatcherState,
    received: unknown,
    signal?: 'SIGTERM' | 'SIGINT' | 'SIGHUP',
  ): Promise<SyncMatcherResult> {
    const sidecar = expectSidecar(received, 'toExitCleanly')
    const result = await sidecar.judgeExit(signal ?? null)
    if (result === null)
      throw new NotJudgedError(`${sidecar.name} has no way to be stopped in its contract (stop).`)
    return fromResults(
      this,
      sidecar,
      [result],
      `${sidecar.name} ${this.isNot ? 'exits' : 'does not exit'} cleanly`,
    )
  },

  toHaveKeptStdoutClean(this: MatcherState, received: unknown): SyncMatcherResult {
    const sidecar = expectSidecar(received, 'toHaveKeptStdoutClean')
    const clauses = ['announce/well-formed', 'logs/stdout-machine-only', 'logs/plain-stdout'] as const
    return fromClauses(this, sidecar, clauses, `${sidecar.name} has${not(!this.isNot)} kept its stdout clean`)
  },

  toHaveAnnouncedOnce(this: MatcherState, received: unknown): SyncMatcherResult {
    const sidecar = expectSidecar(received, 'toHaveAnnouncedOnce')
    const clauses = ['announce/once', 'announce/on-stdout'] as const
    return fromClauses(this, sidecar, clauses, `${sidecar.name} has${not(!this.isNot)} announced itself once`)
  },

  async toHaveLogged(
    this: MatcherState,
    received: unknown,
    pattern: LogPattern,
    { timeoutMs = LOG_PATIENCE_MS, ...options }: LoggedOptions = {},
  ): Promise<SyncMatcherResult> {
    const sidecar = expectSidecar(received, 'toHaveLogged')
    const there = sidecar.findLogged(pattern, options.stream)
    if (there !== null || this.isNot) {
      const lines = tellBoth(this, `a line like ${pattern}`, there === null ? 'none' : printable(there))
      return verdict(sidecar, there !== null, `${sidecar.name} logged what it should not have`, lines)
    }
    try {
      await sidecar.logged(pattern, { timeoutMs, ...options })
      return { pass: true, message: () => '' }
    } catch (error) {
      if (!(error instanceof PlainError)) throw error
      return verdict(sidecar, false, error.message, [])
    }
  },

  async toListenOnlyOnLoopback(this: MatcherState, received: unknown): Promise<SyncMatcherResult> {
    const sidecar = expectSidecar(received, 'toListenOnlyOnLoopback')
    await sidecar.look()
    const heading = `${sidecar.name} ${this.isNot ? 'listens' : 'does not listen'} on loopback alone`
    return fromClauses(this, sidecar, ['net/loopback-only'], heading)
  },

  async toLeaveNothingBehind(this: MatcherState, received: unknown): Promise<SyncMatcherResult> {
    const sidecar = expectSidecar(received, 'toLeaveNothingBehind')
    await sidecar.settle()
    const clauses = ['stop/no-orphans', 'stop/frees-port', 'start/no-litter'] as const
    return fromClauses(
      this,
      sidecar,
      clauses,
      `${sidecar.name} left ${this.isNot ? 'nothing' : 'something'} behind`,
    )
  },
}

/** Teaches Vitest's `expect` about sidecars. */
export function extendExpect(): void {
  expect.extend(matchers as Parameters<typeof expect.extend>[0])
}
