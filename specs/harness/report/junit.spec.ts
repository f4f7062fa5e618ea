import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { skipped } from '../../../harness/clauses/clause.ts'
import { CATALOGUE } from '../../../harness/contract/catalogue.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { explainFailure } from '../../../harness/report/explain.ts'
import { renderJunit } from '../../../harness/report/junit.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor } from './verdicts.ts'
import { readXml, type XmlElement } from './xml.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

const render = (...verdicts: Verdict[]) => renderJunit(runOf(...verdicts), TOOL)
const suitesOf = (...verdicts: Verdict[]) => readXml(render(...verdicts)).children

function caseOf(id: string, given: Found): XmlElement {
  const [suite] = suitesOf(verdictFor(given))
  const found = suite?.children.find(({ attributes }) => attributes.name?.startsWith(`${id}: `))
  if (found === undefined) throw new Error(`there is no case for ${id}`)
  return found
}

/** What Jenkins' schema (junit-10.xsd of its xUnit plugin) allows: attributes, and children. */
const ALLOWED: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
    children: ['properties', 'testcase'],
  },
  properties: { attributes: [], children: ['property'] },
  property: { attributes: ['name', 'value'], children: [] },
  testcase: {
    attributes: ['name', 'classname', 'time'],
    children: ['skipped', 'error', 'failure', 'system-out'],
  },
  skipped: { attributes: ['type', 'message'], children: [] },
  error: { attributes: ['type', 'message'], children: [] },
  failure: { attributes: ['type', 'message'], children: [] },
  'system-out': { attributes: [], children: [] },
}

function checkAgainstSchema({ name, attributes, children }: XmlElement): void {
  const allowed = ALLOWED[name]
  expect(allowed, name).toBeDefined()
  expect(allowed?.attributes).toEqual(expect.arrayContaining(Object.keys(attributes)))
  expect(allowed?.children).toEqual(expect.arrayContaining(children.map(child => child.name)))
  for (const child of children) checkAgainstSchema(child)
}

/** Something of everything. */
const MIXED: Found = {
  contract: { name: 'notes.app', waive: { 'net/loopback-only': 'the phone app', 'stop/killed': 'old' } },
  found: {
    'logs/on-stderr': BROKEN,
    'net/loopback-only': BROKEN,
    'stop/sigint': BROKEN,
    'stop/requested': skipped('no other way'),
    'port/dynamic-by-default': BROKEN,
    ...blockedBy('port/dynamic-by-default', ['fleet/ready-together']),
  },
}

describe('the verdict as JUnit XML', () => {
  test("keeps to Jenkins' schema, whatever comes of the clauses", () => {
    const interrupted = verdictFor({ facts: { interrupted: true } })
    checkAgainstSchema(readXml(render(verdictFor(MIXED), verdictFor(), interrupted)))
  })

  test('has a suite for each sidecar, with what was judged, and adds up', () => {
    const root = readXml(render(verdictFor(MIXED), verdictFor({ contract: { name: 'search' } })))
    expect(root.attributes).toEqual({
      name: 'sidecar-harness',
      tests: '130',
      failures: '2',
      errors: '0',
      time: '2.469',
    })
    expect(root.children.map(({ attributes }) => attributes)).toEqual([
      {
        ...{ name: 'notes.app', tests: '65', failures: '2', errors: '0', skipped: '3' },
        ...{ time: '1.235', timestamp: '2026-01-01T00:00:00' },
      },
      {
        ...{ name: 'search', tests: '65', failures: '0', errors: '0', skipped: '0' },
        ...{ time: '1.235', timestamp: '2026-01-01T00:00:00' },
      },
    ])
    const [properties] = root.children[0]?.children ?? []
    expect(properties?.children.map(({ attributes }) => attributes)).toContainEqual({
      name: 'sha256',
      value: 'ab'.repeat(32),
    })
  })

  test('has a case for each clause, in its group, by its id and promise', () => {
    expect(caseOf('stop/sigterm', MIXED)).toEqual({
      name: 'testcase',
      attributes: {
        classname: 'notes_app.stop',
        name: `stop/sigterm: ${CATALOGUE['stop/sigterm'].promise}`,
      },
      children: [],
      text: '',
    })
  })

  test('fails with what was seen, and all of the explanation', () => {
    const lives = [aLife('stop-sigint').logs('up').announces()]
    const verdict = verdictFor({ found: { 'stop/sigint': BROKEN }, lives })
    const clause = verdict.clauses.find(({ id }) => id === 'stop/sigint')
    if (clause === undefined) throw new Error('it was not judged')
    const [failure] = caseOf('stop/sigint', { found: { 'stop/sigint': BROKEN }, lives }).children
    expect(failure).toMatchObject({
      name: 'failure',
      attributes: { type: 'must', message: 'something else' },
    })
    expect(failure?.text).toBe(
      `${explainFailure(clause)}\n    again     npx --no-install sidecar-harness check /app/backend-x86_64-unknown-linux-gnu --only stop/sigint`,
    )
    expect(failure?.text).toContain('BACKEND_PORT:41234')
  })

  test('passes a warning with a word, and fails for it under strict', () => {
    const [told] = caseOf('logs/on-stderr', MIXED).children
    expect(told).toMatchObject({
      name: 'system-out',
      text: expect.stringMatching(/^warning: logs\/on-stderr /),
    })
    const [failure] = caseOf('logs/on-stderr', { ...MIXED, facts: { strict: true } }).children
    expect(failure).toMatchObject({ name: 'failure', attributes: { type: 'should' } })
  })

  test('skips what is waived, skipped or blocked, with the reason', () => {
    const messages = ['net/loopback-only', 'stop/requested', 'fleet/ready-together'].map(
      id => caseOf(id, MIXED).children[0],
    )
    expect(messages.map(element => element?.name)).toEqual(['skipped', 'skipped', 'skipped'])
    expect(messages.map(element => element?.attributes.message)).toEqual([
      'waived: the phone app',
      'no other way',
      'blocked by port/dynamic-by-default',
    ])
  })

  test('is no green one where the gate was interrupted', () => {
    const [suite] = suitesOf(verdictFor({ clauses: ['stop/sigint'], facts: { interrupted: true } }))
    expect(suite?.attributes).toMatchObject({ tests: '2', errors: '1', failures: '0' })
    expect(suite?.children[1]?.children[0]).toMatchObject({
      name: 'error',
      attributes: { type: 'interrupted' },
    })
  })
})

describe('whatever a sidecar or a contract says', () => {
  const everything = [
    ...Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)),
    ...['\uFFFE', '\uFFFF', '\uD800x', '\uDC00x', '\u2028', '\u{1F600}', ']]>', '<![CDATA[', '&amp;', '<!--'],
  ].join('')
  const given: Found = {
    contract: { name: everything, waive: { 'stop/killed': everything } },
    found: {
      'stop/sigint': { ...BROKEN, expected: everything, observed: everything },
      'stop/killed': { ...BROKEN, observed: everything },
      'stop/requested': skipped(everything),
    },
    lives: [
      aLife('stop-sigint').writes('stderr', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
    ],
  }

  test('can be read, and text comes back as it was', () => {
    const failure = caseOf('stop/sigint', given).children[0]
    const shown = failure?.attributes.message ?? ''
    for (const kept of [' !"#$%&\'()', '<=>', 'é', '\u{1F600}', ']]>', '<![CDATA[', '&amp;']) {
      expect(shown).toContain(kept)
    }
    expect(shown).toContain('\\x00')
    expect(shown).toContain('\\u{d800}')
  })

  test('is well-formed for a parser that is not ours', ({ skip }) => {
    const check = 'import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())'
    const python = (input: string) => spawnSync('python3', ['-c', check], { input, encoding: 'utf8' })
    skip(python('<a/>').status !== 0, 'there is no python3 with an XML parser')

    expect(python(render(verdictFor(given)))).toMatchObject({ status: 0, stderr: '' })
    expect(python('<a>\u0001</a>').status).not.toBe(0)
  })
})
