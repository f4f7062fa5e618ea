import { connect, type Socket } from 'node:net'
import type { RequestPurpose } from '../recording/recording.ts'
import { checkBody } from './body.ts'
import { Deadline } from './deadline.ts'
import type { Subject } from './plan.ts'
import { addressOf, type ProbeTarget, sendProbe } from './probe.ts'
import type { Recorder } from './recorder.ts'

/** A connection that does not come to a request. */
export type HeldConnection = 'silent' | 'half a request head'

/** The other end of a sidecar's port: sends requests, holds connections open, and records what comes of them. */
export class Client {
  readonly #subject: Subject
  readonly #recorder: Recorder
  readonly #held: Socket[] = []
  #requests = 0

  constructor(subject: Subject, recorder: Recorder) {
    this.#subject = subject
    this.#recorder = recorder
  }

  /** Asks for the health path. The answer's status, or null for none; what went wrong is in the recording. */
  async ask(target: ProbeTarget, purpose: RequestPurpose, timeoutMs: number): Promise<number | null> {
    const request = ++this.#requests
    const { path } = this.#subject.contract.health
    // Begun before it is recorded: the connection must not wait for our own bookkeeping.
    const probe = sendProbe(target, path, timeoutMs)
    const { port } = target
    this.#recorder.record({ type: 'request', request, purpose, path, address: addressOf(target), port })
    try {
      await probe.connected
      this.#recorder.record({ type: 'connected', request })
      const answer = await probe.answer
      const wallTime = new Date().toISOString()
      const schemaProblems = await checkBody(answer, this.#subject.healthSchema)
      this.#recorder.record({ type: 'response', request, wallTime, schemaProblems, ...answer })
      return answer.status
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException
      this.#recorder.record({ type: 'request-failed', request, code, message })
      return null
    }
  }

  /** Opens a connection that says nothing, or half of what it should, and keeps it open. */
  async hold(target: ProbeTarget, connection: HeldConnection): Promise<void> {
    const socket = connect({ host: addressOf(target), port: target.port })
    this.#held.push(socket)
    const { readyMs } = this.#subject.contract.budgets
    let error: string | null = `not accepted within ${readyMs} ms`
    const opened = new Promise<void>(resolve => {
      socket.once('connect', () => {
        error = null
        resolve()
      })
      // Also what ends it later: a sidecar that closes, or resets, does nothing wrong by that.
      socket.on('error', problem => {
        error = problem.message
        resolve()
      })
      socket.once('close', resolve)
    })
    await new Deadline(readyMs).before(opened)
    if (error === null && connection === 'half a request head') {
      socket.write(`GET ${this.#subject.contract.health.path} HTTP/1.1\r\nHost: ${addressOf(target)}\r\n`)
    }
    this.#recorder.record({ type: 'held-open', connection, error })
  }

  hangUp(): void {
    for (const socket of this.#held) socket.destroy()
  }
}
