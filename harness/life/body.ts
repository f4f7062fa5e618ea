import type { StandardSchema } from '../contract/input.ts'
import { Deadline } from './deadline.ts'
import { type Answer, BODY_KEPT_BYTES } from './probe.ts'

/** More would bury the first, which is the one to mend. */
const MOST_PROBLEMS = 8

/** A validator looks at some hundred bytes. One that asks somebody else for so long is not going to be told. */
const VALIDATION_MS = 5_000

/** Of these one waited in vain: a gate checks a hundred bodies, and does not wait a hundred times. */
const stuck = new WeakSet<StandardSchema>()

/** What the contract says of a health body, in words; empty when it is right. Recorded, so that judges need no schema. */
export async function checkBody(answer: Answer, schema: StandardSchema): Promise<string[]> {
  const type = answer.contentType?.split(';')[0]?.trim().toLowerCase() ?? null
  const problems: string[] = []
  if (type === null || !/^application\/(json|[\w.-]+\+json)$/.test(type)) {
    problems.push(`its content type is ${type === null ? 'missing' : `"${type}"`}, expected application/json`)
  }
  if (answer.bodyBytes > Buffer.byteLength(answer.body)) {
    problems.push(`it is longer than ${BODY_KEPT_BYTES} bytes: too long to be looked at`)
    return problems
  }
  let body: unknown
  try {
    body = JSON.parse(answer.body)
  } catch (error) {
    problems.push(`it is no JSON: ${(error as Error).message}`)
    return problems
  }
  problems.push(...(await validate(body, schema)))
  return problems.slice(0, MOST_PROBLEMS)
}

async function validate(body: unknown, schema: StandardSchema): Promise<string[]> {
  try {
    const never = `the contract's schema came to no end within ${VALIDATION_MS} ms`
    if (stuck.has(schema)) return [never]
    const validation = Promise.resolve(schema['~standard'].validate(body))
    if (!(await new Deadline(VALIDATION_MS).before(validation))) {
      stuck.add(schema)
      return [never]
    }
    const { issues = [] } = await validation
    return issues.map(({ path = [], message }) => {
      const at = path.map(step => String(typeof step === 'object' ? step.key : step)).join('.')
      return at === '' ? message : `${at}: ${message}`
    })
  } catch (error) {
    // A fault of the contract: not to be taken for a request that failed.
    return [`the contract's schema threw: ${error instanceof Error ? error.message : String(error)}`]
  }
}
