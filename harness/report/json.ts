import type { ClauseResult } from '../gate/clause-result.ts'
import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Phase, Verdict } from '../gate/verdict.ts'
import type { LastLines } from '../recording/last-lines.ts'
import {
  type ClauseDocument,
  type SidecarDocument,
  type Tool,
  VERDICT_SCHEMA,
  type VerdictDocument,
} from './verdict-document.ts'

/** The verdict for machines. Tests rely on it and so does CI: see docs/verdict.md for each field. */
export function renderJson(run: RunVerdict, tool: Tool): string {
  return `${JSON.stringify(toDocument(run, tool), null, 2)}\n`
}

function toDocument(run: RunVerdict, tool: Tool): VerdictDocument {
  return {
    schema: VERDICT_SCHEMA,
    tool,
    startedAt: run.startedAt,
    durationMs: round(run.durationMs),
    verdict: run.outcome,
    strict: run.strict,
    timeScale: run.timeScale,
    host: run.host,
    summary: run.summary,
    phases: roundAll(run.phases),
    concurrency: run.concurrency,
    sidecars: run.sidecars.map(toSidecar),
  }
}

/** One sidecar's verdict. */
export function toSidecar(verdict: Verdict): SidecarDocument {
  const { path, name, triple, format, sha256, bytes } = verdict.artifact
  return {
    contract: verdict.contract.file ?? 'defaults',
    name: verdict.contract.name,
    verdict: verdict.outcome,
    durationMs: round(verdict.durationMs),
    phases: roundAll(verdict.phases),
    summary: verdict.summary,
    conditions: verdict.conditions,
    ...(verdict.contract.notes.length === 0 ? {} : { notes: verdict.contract.notes }),
    file: { path, name, triple, format, sha256, bytes, chosenBy: verdict.chosenBy, target: verdict.target },
    ...(verdict.bundle === null ? {} : { bundle: verdict.bundle }),
    lives: verdict.lives.map(life => ({
      ...life,
      announcedMs: round(life.announcedMs),
      readyMs: round(life.readyMs),
      stopMs: round(life.stopMs),
      durationMs: round(life.durationMs),
    })),
    clauses: verdict.clauses.map(toClause),
    staleWaivers: verdict.staleWaivers,
    unproven: verdict.unproven,
  }
}

/** What says nothing of a clause is left out. */
export function toClause(clause: ClauseResult): ClauseDocument {
  const { id, level, outcome, expected, observed, seen, lastLines, diagnosis, reason, blockedBy, lives } =
    clause
  const told = {
    id,
    level,
    outcome,
    expected,
    observed,
    seen: seen === null ? null : { life: seen.life, sinceLaunchMs: round(seen.sinceLaunchMs) },
    diagnosis,
    lastLines:
      lastLines === null
        ? null
        : { stdout: roundLines(lastLines.stdout), stderr: roundLines(lastLines.stderr) },
    reason,
    blockedBy,
    lives,
  }
  const whole: unknown = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))
  return whole as ClauseDocument
}

function roundLines({ lines, earlier }: LastLines): LastLines {
  return {
    lines: lines.map(({ sinceLaunchMs, text }) => ({ sinceLaunchMs: round(sinceLaunchMs), text })),
    earlier,
  }
}

function roundAll(phases: readonly Phase[]): readonly Phase[] {
  return phases.map(({ name, ms }) => ({ name, ms: round(ms) }))
}

/** A thousandth of a millisecond is more than any clock here can tell. */
export function round<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 1000) / 1000) as T
}
