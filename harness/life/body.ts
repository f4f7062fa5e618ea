import type { StandardSchema } from '../contract/schema.ts'
import type { Answer } from './probe.ts'

/** More would bury the first, which is the one to mend. */
const MOST_PROBLEMS = 8

/** What the contract says of a health body, in words; empty when it is right. Recorded, so that judges need no schema. */
export async function checkBody(answer: Answer, schema: StandardSchema): Promise<string[]> {
  const type = answer.contentType?.split(';')[0]?.trim().toLowerCase() ?? null
  const problems: string[] = []
  if (type === null || !/^application\/(json|[\w.-]+\+json)$/.test(type)) {
    problems.push(`its content type is ${type === null ? 'missing' : `"${type}"`}, expected application/json`)
  }
  let body: unknown
  try {
    body = JSON.parse(answer.body)
  } catch (error) {
    problems.push(`it is no JSON: ${(error as Error).message}`)
    return problems
  }
  const { issues = [] } = await schema['~standard'].validate(body)
  for (const { path = [], message } of issues) {
    const at = path.map(step => String(typeof step === 'object' ? step.key : step)).join('.')
    problems.push(at === '' ? message : `${at}: ${message}`)
  }
  return problems.slice(0, MOST_PROBLEMS)
}
