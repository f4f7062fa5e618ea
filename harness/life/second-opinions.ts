import { randomUUID } from 'node:crypto'
import type { HealthContract } from '../contract/contract.ts'
import type { SecondOpinion } from '../recording/recording.ts'
import { sendProbe } from './probe.ts'
import { exchangeRaw } from './raw-exchange.ts'
import type { Observation, Recorder } from './recorder.ts'
import { authorityOf, type Target } from './target.ts'

/** Its budget for a start is over, and it is on this machine, which may be busy: what is not answered by then will not be. */
const PATIENCE_MS = 1_000

/** Where servers say how they are; the last is the page that most have. */
const OTHER_PATHS = [
  '/health',
  '/health/',
  '/healthz',
  '/api/health',
  '/api/healthz',
  '/v1/health',
  '/global/health',
  '/-/healthy',
  '/livez',
  '/readyz',
  '/ready',
  '/status',
  '/ping',
  '/up',
  '/',
]

type Asked = Pick<HealthContract, 'path'> & { readonly headers: Readonly<Record<string, string>> }

/**
 * Asks once more and otherwise, where no good answer came in time: who has an answer elsewhere, by TLS, or for the name
 * localhost alone has another fault than who has none. What comes byte by byte tells the rest.
 */
export async function askOtherwise(target: Target, asked: Asked, recorder: Recorder): Promise<void> {
  const [bytes, ...answers] = await Promise.all([
    exchangeOnce(target, asked),
    ...opinionsOn(target, asked).map(async opinion => {
      const { of, wanted, ...question } = opinion
      const status = await statusOf(question.target, question.path, question.headers)
      return { of, asked: wanted, status }
    }),
  ])
  recorder.record(bytes)
  recorder.record({ type: 'second-opinions', answers })
}

interface Question {
  readonly of: SecondOpinion['of']
  /** What is other about it. */
  readonly wanted: string
  readonly target: Target
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

function opinionsOn(target: Target, { path, headers }: Asked): readonly Question[] {
  const nonce = `/${randomUUID()}`
  const usual = { target, path, headers }
  const name = `localhost:${target.port}`
  const { secure, ...plain } = target
  return [
    ...OTHER_PATHS.filter(other => other !== path).map(
      other => ({ ...usual, of: 'path', wanted: other, path: other }) as const,
    ),
    { ...usual, of: 'unknown path', wanted: nonce, path: nonce },
    secure
      ? { ...usual, of: 'protocol', wanted: 'http', target: plain }
      : { ...usual, of: 'protocol', wanted: 'https', target: { ...target, secure: true } },
    { ...usual, of: 'name', wanted: name, headers: { ...headers, host: name } },
  ]
}

async function statusOf(
  target: Target,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | null> {
  const probe = sendProbe(target, { method: 'GET', path, headers }, PATIENCE_MS)
  // Both fail for one reason, and that there is no answer is the answer.
  probe.connected.catch(() => {})
  return probe.answer.then(
    ({ status }) => status,
    () => null,
  )
}

function exchangeOnce(
  target: Target,
  { path, headers }: Asked,
): Promise<Observation & { type: 'raw-exchange' }> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return exchangeRaw(target, {
    purpose: 'once more',
    what: `GET ${path}`,
    bytes: [
      `GET ${path} HTTP/1.1\r\nHost: ${authorityOf(target)}\r\n`,
      ...lines,
      'Connection: close\r\n\r\n',
    ].join(''),
    waitMs: PATIENCE_MS,
  })
}
