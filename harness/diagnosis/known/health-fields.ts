import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { answerSeen, toldOf } from '../seen.ts'
import { TIME_IN_UTC } from '../times.ts'

/* The body is JSON, and a field of it is not what the contract's schema says. */

/** What the schema says of one field, `uptime: expected number`, beside what the body has there. */
interface Misfit {
  readonly key: string
  readonly value: unknown
  readonly problem: string
  /** Whether it is where the contract has the time. */
  readonly isTime: boolean
}

function misfitsIn(scene: Scene): readonly Misfit[] {
  const answer = answerSeen(scene)
  if (answer === null) return []
  const { timestamp } = scene.evidence.contract.health
  return answer.response.schemaProblems.flatMap(problem => {
    const key = /^([\w$-]+)(\.[\w$.-]+)?: /.exec(problem)?.[1]
    return key === undefined ? [] : [{ key, value: answer.body[key], problem, isTime: key === timestamp }]
  })
}

/** Each a way in which a field is wrong. */
const KINDS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  fits(misfit: Misfit): boolean
}[] = [
  {
    id: 'health-field-missing',
    title: 'A field that the contract promises is not in the body.',
    sources: [
      'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/stringify',
    ],
    fix: {
      any: 'Add the field, under that very name. What the body does not have the contract need not promise: `health: { timestamp: false, uptime: false }`, or a schema of its own.',
      node: 'Look where the value comes from: JSON.stringify leaves out what is undefined.',
      python:
        'Look at its name: Pydantic and dataclasses write fields as they are called in Python, unless they have an alias.',
    },
    fits: ({ value }) => value === undefined || value === null,
  },
  {
    id: 'health-number-as-text',
    title: 'A number stands in the body as text.',
    sources: ['https://www.rfc-editor.org/rfc/rfc8259#section-6'],
    fix: {
      any: 'Write the number itself, without quotation marks.',
      node: 'toFixed() and template literals make text of it: round with Math.round(seconds * 1000) / 1000.',
      python: 'f"{seconds:.3f}" makes text of it: round(seconds, 3) is a number.',
    },
    fits: ({ value }) => typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()),
  },
  {
    id: 'timestamp-not-iso',
    title: 'Its timestamp is spelt otherwise than ISO 8601 has it.',
    sources: ['https://www.rfc-editor.org/rfc/rfc3339', 'https://github.com/python/cpython/issues/103857'],
    fix: TIME_IN_UTC,
    fits: ({ isTime }) => isTime,
  },
  {
    id: 'health-says-not-well',
    title: 'It answers with the status of a healthy sidecar, and its body says that it is not well.',
    sources: ['https://github.com/OpenLiberty/open-liberty/issues/8353'],
    fix: {
      any: 'Find what keeps it from being well, and as long as it is not, answer 503: who asks looks at the status first. If another word than the contract knows is meant, give its schema: `health: { schema }`.',
    },
    fits: ({ key }) => /^(status|state|healthy|ok)$/i.test(key),
  },
]

const fieldFailures: readonly KnownFailure[] = KINDS.map(({ id, title, sources, fix, fits }) => ({
  id,
  title,
  clauses: ['health/schema'],
  sources,
  fix,
  recognise(scene) {
    const found = misfitsIn(scene).filter(fits)
    if (found.length === 0) return null
    return {
      evidence: found.map(
        ({ problem, value }) =>
          `${printable(problem)}; it is ${printable(JSON.stringify(value) ?? 'not there')}`,
      ),
    }
  },
}))

const throwingSchema: KnownFailure = {
  id: 'health-schema-throws',
  title: "The contract's own schema throws at what the sidecar answers.",
  clauses: ['health/schema'],
  sources: ['https://standardschema.dev'],
  fix: { any: 'A validator returns its issues and does not throw: mend `health.schema` of the contract.' },
  recognise(scene) {
    const threw = answerSeen(scene)?.response.schemaProblems.find(problem =>
      /^the contract's schema threw/.test(problem),
    )
    return threw === undefined ? null : { evidence: [printable(threw)] }
  },
}

const otherBody: KnownFailure = {
  id: 'health-body-differs',
  title: "Its body is another than the contract's schema describes.",
  clauses: ['health/schema'],
  sources: ['https://standardschema.dev'],
  fix: {
    any: 'Answer as the schema has it; or give the schema of what it answers: `health: { schema }`, and `schema: false` where nothing is promised of the body.',
  },
  recognise(scene) {
    const answer = answerSeen(scene)
    return {
      evidence:
        answer === null
          ? []
          : [toldOf(answer), ...answer.response.schemaProblems.map(problem => printable(problem))],
    }
  },
}

/** From the particular to the general. */
export const healthFieldFailures: readonly KnownFailure[] = [throwingSchema, ...fieldFailures, otherBody]
