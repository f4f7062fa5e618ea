import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type GateFacts, reachVerdict } from '../../../harness/gate/verdict.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { renderConclusion } from '../../../harness/report/conclusion.ts'
import { renderDebugJson } from '../../../harness/report/debug-document.ts'
import { describeFile } from '../../../harness/report/file-facts.ts'
import { renderAnnotations } from '../../../harness/report/github.ts'
import { html } from '../../../harness/report/html/markup.ts'
import { renderHtml } from '../../../harness/report/html/page.ts'
import { renderJson } from '../../../harness/report/json.ts'
import { renderJunit } from '../../../harness/report/junit.ts'
import { renderMarkdown } from '../../../harness/report/markdown.ts'
import { renderTerminal } from '../../../harness/report/terminal.ts'
import { testOutcomes } from '../../../harness/report/test-outcome.ts'
import { renderTimeline, timelineOf } from '../../../harness/report/timeline.ts'
import { renderTrace } from '../../../harness/report/trace.ts'
import { printable } from '../../../harness/text/printable.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Script } from '../clauses/recordings.ts'
import { FACTS, runOf } from '../report/verdicts.ts'
import { readXml, type XmlElement } from '../report/xml.ts'
import { findInjection } from './injection.ts'
import { type Property, property } from './property.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }
const GATE: GateFacts = FACTS

/** What would recolour a terminal, forge a line or an annotation, or end the element that it stands in. */
const said: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '\u001B[31m',
          '\u001B]0;title\u0007',
          '\u009B2J',
          '\r',
          '\nFORGED',
          '\r\nFORGED',
          '\u2028FORGED',
          '\0',
          '\b',
        ],
        ...[
          '\u202E',
          '\u200B',
          '\uFEFF',
          '\uD800',
          '\uFFFE',
          '::error::FORGED',
          '\n::error title=x::FORGED',
          '##[error]FORGED',
        ],
        ...[
          '##vso[task.complete]',
          '%0A::error::FORGED',
          '```\nFORGED',
          '<script>bad()</script>',
          '</script><img src=x>',
        ],
        ...[
          '"><img src=x onerror=bad()>',
          "' onload='bad()",
          '<!--',
          ']]>',
          '&lt;img&gt;',
          '&#60;',
          '<![CDATA[',
          '</pre>',
        ],
        ...[
          '| a |',
          '[x](javascript:bad)',
          '# FORGED',
          '{"port":1}',
          'BACKEND_PORT:1',
          'Error: listen EADDRINUSE',
          'x'.repeat(300),
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(pieces => pieces.join(''))

/** Lives in which everything that is not ours to say says this. */
const LIVES: Readonly<Record<string, (text: string) => Script>> = {
  'never ready': text => aLife('stop-sigterm').logs(text).writes('stdout', `${text}\n`).exits(1).leaves(),
  'all but announced': text =>
    aLife('stop-sigterm')
      .writes('stdout', `BACKEND_PORT: ${text}\n`)
      .isLate('announcement')
      .isKilled()
      .leaves(),
  'not launched': text => aLife('stop-sigterm').launchFails('ENOENT', `spawn ${text} ENOENT`),
  'badly answered': text =>
    aLife('stop-sigterm')
      .logs(text)
      .announces()
      .isReady({
        status: 500,
        body: text,
        headers: { 'x-said': text },
        contentType: text,
        schemaProblems: [text],
      })
      .lookFails(text)
      .stopsOn('SIGTERM', { exit: 3 }),
  'not answered': text =>
    aLife('stop-sigterm')
      .announces()
      .isAsked('first', { fails: 'ECONNRESET', message: text })
      .isAskedOtherwise(text, [{ of: 'path', asked: '/healthz', status: 200 }])
      .isLate('health')
      .isKilled()
      .leaves(),
  'still there': text =>
    aLife('stop-sigterm')
      .logs(text)
      .writes('stdout', text)
      .announces()
      .isReady()
      .isSeen({ processes: [aProcess(500, text), aProcess(501, text)] })
      .isSent('SIGTERM')
      .isLate('exit')
      .isSeenHanging({ processes: [aProcess(500, text)], waitsIn: text })
      .isKilled()
      .leaves({ processes: [aProcess(501, text)] }),
  untidy: text =>
    aLife('stop-sigterm')
      .logs(text)
      .announces()
      .isReady()
      .isVolleyed('burst', { failures: [{ what: text, count: 3 }] })
      .isSentBytes('malformed', 'a header', { answer: text, error: text })
      .litters([{ where: 'working directory', path: text, bytes: 3 }])
      .stopsOn('SIGTERM'),
}

interface Case {
  readonly text: string
  readonly life: string
  /** Whether the file's own names say it, too, and that of its socket. */
  readonly isFile: boolean
}

const cases: fc.Arbitrary<Case> = fc.record({
  text: said,
  life: fc.constantFrom(...Object.keys(LIVES)),
  isFile: fc.boolean(),
})

/** Each of these got through: by a path, by the command that judges again, by a socket's name, by a failed launch, by a client's error, by a cut. */
const HOSTILE: readonly Case[] = [
  { text: '\u001B[31m', life: 'never ready', isFile: true },
  { text: '##[error]FORGED', life: 'never ready', isFile: false },
  { text: '\u001B[31m', life: 'badly answered', isFile: true },
  { text: '\nFORGED', life: 'not launched', isFile: false },
  { text: '\u001B[31m', life: 'not answered', isFile: false },
  // Cut within a pair of surrogates, whichever of them has the length that it is cut at.
  { text: '𐀀'.repeat(80), life: 'badly answered', isFile: false },
  { text: `a${'𐀀'.repeat(80)}`, life: 'badly answered', isFile: false },
]

function toEvidence({ text, life, isFile }: Case): Evidence {
  const evidence = evidenceOf({
    lives: [(LIVES[life] ?? aLife)(text)],
    ...(isFile
      ? {
          artifact: {
            path: `/app/${text}`,
            name: text,
            interpreter: { path: text, argument: null, exists: false },
            payload: { runtime: 'node', version: text, state: 'bare', bytes: 1 },
          },
        }
      : {}),
  })
  // A socket of the file system is named as the sidecar likes.
  const lives = evidence.lives.map(life => ({
    ...life,
    events: life.events.map(event =>
      isFile && event.type === 'announcement' ? { ...event, port: null, socket: `/${text}` } : event,
    ),
  }))
  return { ...evidence, lives }
}

/** But for newlines, which are the report's own. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

export const REPORTS: readonly Property[] = [
  property(
    'what is printable is on one line, and no longer than was asked for',
    fc.tuple(said, fc.nat({ max: 200 })),
    ([text, most]) => {
      const shown = printable(text, most)
      assert.doesNotMatch(shown, UNSAFE)
      assert.doesNotMatch(shown, /##(\[|vso\[)/)
      assert.ok(shown.length <= most + 1)
      if (!UNSAFE.test(text) && !text.includes('##')) assert.ok(text.startsWith(shown.replace(/…$/, '')))
    },
  ),
  property(
    'the terminal',
    cases,
    given => {
      const evidence = toEvidence(given)
      const verdict = reachVerdict(evidence, GATE)
      for (const verbose of [false, true]) expectPlain(renderTerminal(runOf(verdict), null, { verbose }))
      expectPlain(renderConclusion(verdict, (_, text) => text))
      for (const life of evidence.lives.slice(0, 1)) expectPlain(renderTimeline(life))
      expectPlain(describeFile(evidence.artifact).join('\n'))
    },
    { runs: 40, examples: HOSTILE },
  ),
  property(
    'Markdown',
    cases,
    given => {
      const evidence = toEvidence(given)
      const text = renderMarkdown(runOf(reachVerdict(evidence, GATE)), TOOL)
      expectPlain(text)
      let fence: string | null = null
      for (const line of text.split('\n')) {
        const ticks = /^`{3,}/.exec(line)?.[0] ?? null
        if (fence === null && ticks !== null) fence = ticks
        else if (fence !== null && line === fence) fence = null
        else if (fence === null)
          assert.doesNotMatch(line.replaceAll(/(`+)[^`].*?\1/g, ''), /(?<!\\)<(script|img|!)/)
      }
      assert.equal(fence, null)
    },
    { runs: 40, examples: HOSTILE },
  ),
  property(
    'annotations of GitHub',
    cases,
    given => {
      const evidence = toEvidence(given)
      const verdict = reachVerdict(evidence, GATE)
      const lines = renderAnnotations(runOf(verdict)).split('\n')
      assert.equal(lines.pop(), '')
      const broken = testOutcomes(verdict).filter(
        ([, outcome]) => outcome.kind === 'fail' || (outcome.kind === 'pass' && outcome.isWarning),
      )
      assert.equal(lines.length, broken.length)
      for (const line of lines) {
        assert.match(line, /^::(error|warning) title=[^:,\r\n]*::[^\r\n]*$/)
        expectPlain(line.replaceAll('%0A', '\n').replaceAll('%25', '%').replace(/^::/, ''))
      }
    },
    { runs: 40, examples: HOSTILE },
  ),
  property(
    'JUnit',
    cases,
    given => {
      const evidence = toEvidence(given)
      const verdict = reachVerdict(evidence, GATE)
      const root = readXml(renderJunit(runOf(verdict), TOOL))
      const cases = elementsOf(root).filter(({ name }) => name === 'testcase')
      assert.equal(cases.length, verdict.clauses.length)
    },
    { runs: 40 },
  ),
  property(
    'JSON',
    cases,
    given => {
      const evidence = toEvidence(given)
      const verdict = reachVerdict(evidence, GATE)
      const { sidecars } = JSON.parse(renderJson(runOf(verdict), TOOL))
      assert.equal(sidecars[0].clauses.length, verdict.clauses.length)
      const [life] = evidence.lives
      const debug = JSON.parse(renderDebugJson(verdict, life === undefined ? [] : timelineOf(life), TOOL))
      assert.equal(debug.verdict, verdict.outcome)
      const trace = JSON.parse(renderTrace(runOf(verdict), [evidence], TOOL))
      assert.ok(trace.traceEvents.length > 0)
    },
    { runs: 40 },
  ),
  property('markup, in text and in attributes', said, text => {
    assert.match(html`<p title="${text}">${text}</p>`.text, /^<p title="[^"<>]*">[^<>]*<\/p>$/)
  }),
  property(
    'the page',
    cases,
    given => {
      const evidence = toEvidence(given)
      const page = renderHtml(runOf(reachVerdict(evidence, GATE)), [evidence], TOOL)
      assert.doesNotMatch(page.replaceAll(/[\n\t]/g, ''), UNSAFE)
      assert.equal(findInjection(page), null)
    },
    { runs: 20 },
  ),
]

/** Nothing in it does anything to a terminal, or to who reads its log for commands. */
function expectPlain(text: string): void {
  const unsafe = UNSAFE.exec(text.replaceAll('\n', ''))
  const around =
    unsafe === null ? '' : text.replaceAll('\n', '').slice(Math.max(0, unsafe.index - 120), unsafe.index + 20)
  assert.equal(unsafe, null, `not printable: ${JSON.stringify(around)}`)
  for (const line of text.split('\n')) {
    assert.doesNotMatch(line, /^\s*(::|FORGED)/)
    assert.doesNotMatch(line, /##(\[|vso\[)/)
  }
}

function elementsOf(root: XmlElement): readonly XmlElement[] {
  return [root, ...root.children.flatMap(elementsOf)]
}
