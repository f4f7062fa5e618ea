import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Place, type Ran, test } from './command.ts'

/* Secrets are planted wherever a sidecar gets some, it blurts them out wherever it can, and all that is kept is searched. */

const API_KEY = 'k3y-of-the-cloud'
const PASSWORD = 'he said "open" 7/8'
const IN_URL = 'pa55/w0rd&more'
const RANDOM = 'q7Wm2ZpX9rTk4LsB8vNc'
const HEADER = 'h3ader-for-the-door'
const TOKEN = 't0ken-of-this-life'
const SECRETS = [API_KEY, PASSWORD, IN_URL, RANDOM, HEADER, TOKEN]

/** No secret, and to be read wherever it was written. */
const HARMLESS = { NODE_ENV: 'production', LEVEL: 'verbose', RETRIES: '1234567', AUTH_MODE: 'oauth2-flow' }

const CONTRACT = {
  name: 'talker',
  binary: './talker',
  args: ['--key', API_KEY],
  env: {
    ...HARMLESS,
    API_KEY,
    DB_PASSWORD: PASSWORD,
    DATABASE_URL: `postgres://app:${encodeURIComponent(IN_URL)}@db.local/notes`,
    SEED: RANDOM,
  },
  announce: { json: { port: 'port', token: 'token' } },
  health: { headers: { 'x-api-key': HEADER, authorization: 'Bearer {token}' } },
  budgets: { readyMs: 1_500, graceMs: 1_000 },
}

/** How it announces itself; `line` is the right line. */
const RIGHT = "process.stdout.write(line + '\\n')"

const talker = (announces: string) => `#!${process.execPath}
const { createServer } = require('node:http')
const { API_KEY, DB_PASSWORD, DATABASE_URL, SEED, NODE_ENV, LEVEL, RETRIES, AUTH_MODE } = process.env
const token = '${TOKEN}'
const secrets = [API_KEY, DB_PASSWORD, DATABASE_URL, decodeURIComponent(new URL(DATABASE_URL).password), SEED, token]
const spelled = text => [text, JSON.stringify(text), JSON.stringify(JSON.stringify(text)), encodeURIComponent(text),
  String(new URLSearchParams({ text })), Buffer.from(text).toString('hex'),
  ...['', 'a:', 'ab:', 'abc:'].flatMap(before => ['base64', 'base64url'].map(how => Buffer.from(before + text + '@').toString(how)))]
const all = more => [...secrets, ...more].flatMap(spelled).join(' ')
console.error('env: ' + [NODE_ENV, LEVEL, RETRIES, AUTH_MODE].join(' '))
console.error(all(process.argv))
console.error('x'.repeat(4090) + API_KEY)
process.stderr.write('in two reads: ' + API_KEY.slice(0, 7))
setTimeout(() => process.stderr.write(API_KEY.slice(7) + '\\n'), 30)
const server = createServer((request, response) => {
  const given = [request.headers['x-api-key'] ?? '', request.headers.authorization ?? '']
  console.log('asked with ' + all(given))
  response.setHeader('x-debug', encodeURIComponent(all(given))).setHeader('content-type', 'application/json')
  if (request.url !== '/health') response.statusCode = 500
  const health = { status: 'ok', app: 'talker', timestamp: new Date().toISOString(), uptime: process.uptime() }
  response.end(JSON.stringify({ ...health, debug: all(given) }))
})
process.on('SIGTERM', () => {
  console.error('no way to stop with ' + all([]))
  process.exit(1)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  const line = JSON.stringify({ port, token })
  ${announces}
})
`

const ONLY = [
  'announce/once',
  'stop/sigterm',
  'health/schema',
  'health/unknown-path',
  'logs/stdout-machine-only',
]
const FILES = ['json', 'junit', 'markdown', 'html', 'trace', 'github']

async function judge(place: Place, announces: string): Promise<Ran> {
  await place.write('talker', talker(announces), 0o755)
  await place.write('sidecar.config.json', JSON.stringify(CONTRACT))
  const reporters = FILES.flatMap(name => ['--reporter', `${name}=report.${name}`])
  return place.run('check', '--only', ONLY.join(','), ...reporters, '--artifacts', 'kept')
}

/** Every spelling of a secret that the sidecar has written, which is to stand nowhere. */
function spellingsOf(secret: string): Buffer[] {
  const asJson = JSON.stringify(secret).slice(1, -1)
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  const hex = Buffer.from(secret).toString('hex')
  const encoded = ['', 'a:', 'ab:', 'abc:'].flatMap(before =>
    (['base64', 'base64url'] as const).map(how => Buffer.from(`${before}${secret}@`).toString(how)),
  )
  const inUrl = encodeURIComponent(secret)
  return [...new Set([secret, asJson, inUrl, form, hex, ...encoded])].map(text => Buffer.from(text))
}

/** Where a secret stands in what was kept, and in what was said. */
function findSecrets(place: Place, { stdout, stderr }: Ran): string[] {
  const files = readdirSync(place.directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !['talker', 'sidecar.config.json'].includes(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
  expect(files.filter(file => file.includes('/kept/')).length).toBeGreaterThan(4)
  const texts: [string, Buffer][] = [
    ...files.map((file): [string, Buffer] => [file.slice(place.directory.length), readFileSync(file)]),
    ['stdout', Buffer.from(stdout)],
    ['stderr', Buffer.from(stderr)],
  ]
  return texts.flatMap(([where, bytes]) =>
    SECRETS.filter(secret => spellingsOf(secret).some(text => bytes.includes(text))).map(
      secret => `${secret} in ${where}`,
    ),
  )
}

function kept(place: Place, name: string): string {
  const lives = join(place.directory, 'kept/lives')
  return readdirSync(lives)
    .map(life => readFileSync(join(lives, life, name), 'utf8'))
    .join('')
}

describe.concurrent('a secret that a sidecar is given', () => {
  test('stands in nothing that is kept, reported or said, however it is spelled', async ({ place }) => {
    const ran = await judge(place, RIGHT)

    expect(ran.code).toBe(1)
    expect(findSecrets(place, ran)).toEqual([])
    // It was all written, and what is no secret can be read.
    const stderr = kept(place, 'stderr.raw')
    expect(stderr).toContain(`env: ${Object.values(HARMLESS).join(' ')}\n`)
    expect(stderr).toContain('in two reads: [redacted]\n')
    expect(stderr).toContain('postgres://app:[redacted]@db.local/notes')
    expect(kept(place, 'stdout.raw')).toMatch(/^asked with (.*\[redacted\]){20}/m)
    expect(kept(place, 'events.jsonl')).toContain('"--key","[redacted]"')
    const report = readFileSync(join(place.directory, 'report.json'), 'utf8')
    expect(report).toContain('no way to stop with [redacted]')
  })

  test.for<readonly [string, string]>([
    ['on the wrong stream', "process.stderr.write(line + '\\n')"],
    ['on a line without an end', 'process.stdout.write(line)'],
    ['with a port that is none', "process.stdout.write(line.replace(/\\d+/, '\"none\"') + '\\n')"],
    ['in an object that is cut off', "process.stdout.write(line.slice(0, -2) + '\\n')"],
    ['under a coat of colour', "process.stdout.write('\\x1b[32m' + line + '\\x1b[0m\\n')"],
  ])('and stands in none of it where it announces it %s', async ([, announces], { place }) => {
    const ran = await judge(place, announces)

    expect(ran.code).toBe(1)
    expect(findSecrets(place, ran)).toEqual([])
    expect(kept(place, 'stdout.raw') + kept(place, 'stderr.raw')).toContain('"token":"[redacted]')
  })

  test('stands in no error of what prepares a life', async ({ place }) => {
    const setup = [process.execPath, '-e', 'console.log(process.env.API_KEY); process.exit(1)', API_KEY]
    await place.write('talker', talker(RIGHT), 0o755)
    await place.write('sidecar.config.json', JSON.stringify({ ...CONTRACT, setup }))
    const { code, stdout, stderr } = await place.run('check', '--only', 'stop/sigterm')

    expect(code).toBe(2)
    expect(stderr).toContain('[redacted]')
    expect(stdout + stderr).not.toContain(API_KEY)
  })
})
