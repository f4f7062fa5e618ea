import { describe, expect, test } from 'vitest'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { secretsIn, secretsOfContract, withoutSecrets } from '../../../harness/contract/secrets.ts'

describe('a value is a secret', () => {
  test.each([
    ['API_KEY', 'k3y-of-the-cloud'],
    ['npm_config__auth', 'dXNlcjpwYXNz'],
    ['DB_PASSWORD', 'correct horse battery'],
    ['DB_PASSWORD', 'correcthorsebattery'],
    ['SESSION_SECRET', 'x7!abc'],
    ['SENTRY_DSN', 'https://0123abcd@o1.ingest.example/2'],
    // By its looks.
    ['SEED', 'q7Wm2ZpX9rTk4LsB8vNc'],
    ['TENANT', '4f9b0e3c-9c3f-4f0e-8a55-0c1d2e3f4a5b'],
    ['ANYTHING', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ])('%s=%s', (name, value) => {
    expect(secretsIn(name, value)).toContain(value)
  })

  test.each([
    ['DATABASE_URL', 'postgres://app:pa55%2Fw0rd@db.local/notes', ['pa55%2Fw0rd', 'pa55/w0rd']],
    ['PROXIES', 'http://a:first-1@one http://b:second-2@two', ['first-1', 'second-2']],
    ['CONFIG', '{"port":1,"db":{"password":"pa55w0rd"}}', ['pa55w0rd']],
    [
      'CERT',
      `-----BEGIN PRIVATE KEY-----\n${'Ab3'.repeat(20)}\n-----END PRIVATE KEY-----`,
      ['Ab3'.repeat(20)],
    ],
  ])('in part: %s=%s', (name, value, parts) => {
    expect(secretsIn(name, value)).toEqual(parts)
  })
})

describe('a value is none', () => {
  test.each([
    ['TOKEN', 'short'],
    ['AUTH', 'true'],
    ['SESSION_STORE', 'production'],
    ['KEY_ROUNDS', '1234567'],
    ['API_KEY_FILE', '/run/secrets/api-key-1'],
    ['TLS_KEY', '/etc/ssl/private/key.pem'],
    ['TLS_KEY', 'C:\\keys\\key.pem'],
    ['AUTH_URL', 'https://login.example/realm'],
    ['AUTH_MODE', 'oauth2-flow'],
    ['SSH_AUTH_SOCK', '/tmp/ssh-XXabc123/agent.1'],
    ['XDG_SESSION_ID', 'c1234567'],
    ['PATH', '/usr/local/bin:/usr/bin:/home/me/.cargo/bin'],
    ['GIT_COMMIT', '27b5e0f1c9a84d3e9f60b1c2d3e4f5a6b7c8d9e0'],
    ['TRIPLE', 'x86_64-unknown-linux-gnu'],
    ['STARTED', '2026-01-01T00:00:00.000Z'],
    ['DATABASE_URL', 'postgres://app:abc@db.local/notes'],
    ['GREETING', 'a sentence that is longer than any key, and no secret at all 12345'],
  ])('%s=%s', (name, value) => {
    expect(secretsIn(name, value)).toEqual([])
  })
})

describe("a contract's secrets", () => {
  const contractWith = (input: object) => resolveContract(input, { file: null, directory: '/' }).contract

  test('are those of its environment and of its headers, without their scheme', () => {
    const headers = {
      'x-api-key': 'h3ader-key',
      authorization: 'Bearer be4rer-token',
      cookie: 'lang=english; sid=c00kie-value',
      'x-token': 'of-{token}',
      accept: 'application/json',
    }
    const announce = 'READY {port} {token}'
    const env = { API_KEY: 'k3y-of-the-cloud' }
    const contract = contractWith({ announce, env, health: { headers } })

    expect(secretsOfContract(contract)).toEqual([
      'k3y-of-the-cloud',
      'h3ader-key',
      'be4rer-token',
      'c00kie-value',
    ])
    const basic = `Basic ${Buffer.from('me:pa55w0rd').toString('base64')}`
    expect(secretsOfContract(contractWith({ health: { headers: { authorization: basic } } }))).toEqual([
      basic.slice('Basic '.length),
      'pa55w0rd',
    ])
  })

  test('are not what its answers are held to', () => {
    const contract = contractWith({
      env: { SIGNING_KEY: 'notes-app' },
      health: { app: 'notes-app', version: '1.0.0' },
    })

    expect(secretsOfContract(contract)).toEqual([])
  })

  test('stand nowhere in what is judged by', () => {
    const contract = contractWith({ env: { API_KEY: 'k3y-of-the-cloud' }, args: ['--key=k3y-of-the-cloud'] })

    expect(withoutSecrets(contract).args).toEqual(['--key=[redacted]'])
  })
})
