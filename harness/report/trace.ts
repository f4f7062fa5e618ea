import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Evidence } from '../recording/evidence.ts'
import { traceLife } from './trace-life.ts'
import type { Tool } from './verdict-document.ts'

export type { TraceEvent } from './trace-life.ts'

/**
 * All lives of a run as a trace that Perfetto and chrome://tracing open: each life a process of the trace, with a thread
 * for the story, for each stream and for each of its processes. Requests overlap, which slices on a thread must not
 * (https://perfetto.dev/docs/getting-started/other-formats), so they are asynchronous events.
 */
export function renderTrace(run: RunVerdict, evidences: readonly Evidence[], tool: Tool): string {
  const firstMs = Math.min(
    ...evidences.flatMap(({ lives }) => lives.map(({ events }) => events[0]?.atMs ?? Infinity)),
  )
  let pid = 0
  const traceEvents = run.sidecars.flatMap((verdict, index) =>
    (evidences[index]?.lives ?? []).flatMap(life => traceLife(life, verdict, ++pid, firstMs)),
  )
  const otherData = {
    tool: `${tool.name} ${tool.version}`,
    startedAt: run.startedAt,
    verdict: run.outcome,
    sidecars: run.sidecars.map(({ contract }) => contract.name).join(', '),
  }
  // An event on a line of its own: what is looked for with grep is found with all that belongs to it.
  const lines = traceEvents.map(event => JSON.stringify(event)).join(',\n')
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(otherData)},"traceEvents":[\n${lines}\n]}\n`
}
