import type { HealthContract } from '../contract/contract.ts'
import type { Volley } from '../recording/recording.ts'
import { loadUndici } from './probe.ts'
import { connectorTo, originOf, type Target } from './target.ts'

/** Many requests: for the health path, where nothing else is said. */
export interface VolleyPlan {
  readonly purpose: Volley['purpose']
  readonly path?: string
  readonly requests: number
  /** Opened side by side; each carries its share of the requests, one after another. */
  readonly connections: number
  /** For each request. */
  readonly timeoutMs: number
  /** Ends it early, once those that are over took so long: without end for one that was not answered. */
  enough?(tookMs: readonly number[]): boolean
}

/** What every request asks for, and carries. */
export interface Asked {
  readonly health: HealthContract
  readonly headers: Readonly<Record<string, string>>
}

/** Sends a volley and counts what came of it: an event for each request would bury the rest of the recording. */
export async function sendVolley(
  target: Target,
  { health, headers }: Asked,
  { purpose, path, requests, connections, timeoutMs, enough = () => false }: VolleyPlan,
): Promise<Omit<Volley, 'of'>> {
  const { Client } = await loadUndici()
  const tookMs: number[] = []
  const failures = new Map<string, number>()
  let sent = 0
  let answered = 0
  const fail = (what: string) => failures.set(what, (failures.get(what) ?? 0) + 1)

  async function converse(): Promise<void> {
    const client = new Client(originOf(target), { pipelining: 1, connect: connectorTo(target) })
    try {
      while (sent < requests && !enough(tookMs)) {
        sent += 1
        const sentAtMs = performance.now()
        const signal = AbortSignal.timeout(timeoutMs)
        try {
          const { statusCode, body } = await client.request({
            path: path ?? health.path,
            method: 'GET',
            headers,
            signal,
          })
          await body.dump()
          tookMs.push(Math.round((performance.now() - sentAtMs) * 100) / 100)
          if (path !== undefined || statusCode === health.status) answered += 1
          else fail(`status ${statusCode}`)
        } catch (error) {
          const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException
          tookMs.push(Number.POSITIVE_INFINITY)
          // What an aborted request fails with says nothing of time.
          fail(signal.aborted ? `no answer within ${timeoutMs} ms` : `${code}: ${message}`)
        }
      }
    } finally {
      await client.destroy()
    }
  }

  const begunAtMs = performance.now()
  await Promise.all(Array.from({ length: Math.min(connections, requests) }, converse))
  const counted = [...failures].map(([what, count]) => ({ what, count }))
  const latenciesMs = tookMs.filter(Number.isFinite)
  const numbers = {
    ...{ requests: sent, connections, answered, latenciesMs, failures: counted },
    tookMs: performance.now() - begunAtMs,
  }
  return { type: 'volley', purpose, ...(path === undefined ? {} : { path }), ...numbers }
}
