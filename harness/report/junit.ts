import { groupOf } from '../contract/clause-names.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Verdict } from '../gate/verdict.ts'
import { element, xmlDocument } from '../text/xml.ts'
import { explainBundle } from './bundle.ts'
import { explainFailure, tell } from './explain.ts'
import { reproduce } from './reproduce.ts'
import { type TestOutcome, testOutcomes } from './test-outcome.ts'
import type { Tool } from './verdict-document.ts'

/**
 * The verdict as JUnit XML, which CI systems show as tests: a suite for each sidecar, a case for each clause. Elements
 * and attributes are those of the schema by which the xUnit plugin of Jenkins reads it (junit-10.xsd).
 */
export function renderJunit(run: RunVerdict, tool: Tool): string {
  const suites = run.sidecars.map(verdict => toSuite(verdict, tool))
  const sum = (key: 'tests' | 'failures' | 'errors') =>
    suites.reduce((total, { counts }) => total + counts[key], 0)
  const counts = { tests: sum('tests'), failures: sum('failures'), errors: sum('errors') }
  return xmlDocument(
    element(
      'testsuites',
      { name: tool.name, ...counts, time: seconds(run.durationMs) },
      suites.map(({ xml }) => xml),
    ),
  )
}

function toSuite(verdict: Verdict, tool: Tool) {
  const { contract, startedAt, durationMs } = verdict
  const outcomes = testOutcomes(verdict)
  const number = (kind: TestOutcome['kind']) => outcomes.filter(([, outcome]) => outcome.kind === kind).length
  const interruption = renderInterruption(verdict)
  const errors = interruption.length
  const bundle = renderBundle(verdict)
  const counts = {
    tests: outcomes.length + errors + bundle.length,
    failures: number('fail') + (verdict.bundle?.outcome === 'fail' ? 1 : 0),
    errors,
    skipped: number('skip'),
  }
  const xml = element(
    'testsuite',
    // Without its zone, as Surefire writes it: some readers take no other form.
    { name: contract.name, ...counts, time: seconds(durationMs), timestamp: startedAt.slice(0, 19) },
    [
      element('properties', {}, renderProperties(verdict, tool)),
      ...interruption,
      ...bundle,
      ...outcomes.map(([clause, outcome]) => renderCase(verdict, clause, outcome)),
    ],
  )
  return { xml, counts }
}

function renderCase(verdict: Verdict, clause: ClauseResult, outcome: TestOutcome): string {
  const { id, promise, level } = clause
  const told = (text: string) => `${text}\n${tell('again', reproduce(verdict, id))}`
  const content = (): readonly string[] => {
    switch (outcome.kind) {
      case 'fail': {
        const message = clause.observed ?? outcome.message.split('\n')[0] ?? ''
        return [element('failure', { type: level, message }, told(outcome.message))]
      }
      case 'skip':
        return [
          element('skipped', { message: outcome.reason }),
          ...(clause.outcome === 'waived' ? [element('system-out', {}, told(explainFailure(clause)))] : []),
        ]
      case 'pass':
        return outcome.isWarning ? [element('system-out', {}, `warning: ${told(outcome.note ?? '')}`)] : []
    }
  }
  return element(
    'testcase',
    { classname: classOf(verdict, groupOf(id)), name: `${id}: ${promise}` },
    content(),
  )
}

/** All that was not judged is skipped, and whoever reads nothing but this would take that for a pass. */
function renderInterruption(verdict: Verdict): readonly string[] {
  if (verdict.outcome !== 'interrupted') return []
  const message = 'the gate was interrupted before everything could be judged'
  return [
    element('testcase', { classname: classOf(verdict, 'gate'), name: 'the gate came to its end' }, [
      element('error', { type: 'interrupted', message }),
    ]),
  ]
}

/** Where a bundle was looked into: no clause, and it fails the gate like one. */
function renderBundle(verdict: Verdict): readonly string[] {
  const { bundle } = verdict
  if (bundle === null) return []
  const { outcome, observed } = bundle
  const name = 'bundle: every copy in it holds the bytes that were tested'
  const told =
    outcome === 'pass' ? [] : [element('failure', { type: 'must', message: observed }, explainBundle(bundle))]
  return [element('testcase', { classname: classOf(verdict, 'bundle'), name }, told)]
}

/** The last dot stands between package and class: sidecars are packages, groups their classes. */
function classOf({ contract }: Verdict, group: string): string {
  return `${contract.name.replaceAll('.', '_')}.${group}`
}

function renderProperties(verdict: Verdict, tool: Tool): readonly string[] {
  const { artifact, contract, host, strict, target, timeScale, chosenBy } = verdict
  const properties = {
    file: artifact.path,
    chosenBy,
    sha256: artifact.sha256,
    bytes: artifact.bytes,
    triple: artifact.triple ?? artifact.format,
    // By the file alone.
    ...(target !== null && { target }),
    contract: contract.file ?? 'defaults',
    verdict: verdict.outcome,
    strict: String(strict),
    timeScale,
    host: `${host.os} ${host.arch}, Node ${host.node}`,
    tool: `${tool.name} ${tool.version}`,
  }
  return Object.entries(properties).map(([name, value]) => element('property', { name, value }))
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
