import type { Verdict } from '../gate/verdict.ts'

/** Changes whenever a field changes its meaning or goes. */
export const VERDICT_SCHEMA = 1

/** The verdict for machines. Tests rely on it and so does CI: see docs/verdict.md for each field. */
export function renderJson(verdict: Verdict, tool: { name: string; version: string }): string {
  const { artifact, clauses, lives } = verdict
  const document = {
    schema: VERDICT_SCHEMA,
    tool,
    startedAt: verdict.startedAt,
    durationMs: round(verdict.durationMs),
    verdict: verdict.outcome,
    strict: verdict.strict,
    timeScale: verdict.timeScale,
    host: verdict.host,
    summary: verdict.summary,
    phases: verdict.phases.map(({ name, ms }) => ({ name, ms: round(ms) })),
    concurrency: verdict.concurrency,
    sidecars: [
      {
        contract: verdict.contract.file ?? 'defaults',
        name: verdict.contract.name,
        conditions: verdict.conditions,
        file: {
          path: artifact.path,
          name: artifact.name,
          triple: artifact.triple,
          format: artifact.format,
          sha256: artifact.sha256,
          bytes: artifact.bytes,
        },
        lives: lives.map(life => ({
          ...life,
          announcedMs: round(life.announcedMs),
          readyMs: round(life.readyMs),
          stopMs: round(life.stopMs),
          durationMs: round(life.durationMs),
        })),
        clauses: clauses.map(
          ({ id, level, outcome, expected, observed, seen, reason, blockedBy, lives: own }) =>
            withoutNulls({
              id,
              level,
              outcome,
              expected,
              observed,
              seen: seen === null ? null : { life: seen.life, sinceLaunchMs: round(seen.sinceLaunchMs) },
              reason,
              blockedBy,
              lives: own,
            }),
        ),
        staleWaivers: verdict.staleWaivers,
        unproven: verdict.unproven,
      },
    ],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** A thousandth of a millisecond is more than any clock here can tell. */
function round<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 1000) / 1000) as T
}

function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
}
