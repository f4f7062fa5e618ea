import { Redaction } from '../text/redaction.ts'
import type { Contract } from './contract.ts'

/** What a variable or a header is called that holds a secret, and by no ending says that it holds something about one. */
const SECRET_NAME = /TOKEN|SECRET|PASSW|KEY|AUTH|CREDENTIAL|COOKIE|SESSION|DSN|PRIVATE/i
const ABOUT_A_SECRET =
  /(?:^|[_-])(?:FILE|PATH|DIR|SOCK|MODE|TYPE|NAME|REGION|URL|HOST|PORT|TTL|TIMEOUT|ENABLED|LEVEL|ALGORITHM|PROVIDER|METHOD|ISSUER|AUDIENCE|DOMAIN|EXPIRY|LENGTH|SIZE|LAYOUT|ID)$/i
/** Variables of desktop sessions, of which every user's shell is full. */
const OF_THE_DESKTOP = /^(?:XDG_|DBUS_|DESKTOP_SESSION$|GDMSESSION$|SESSION_MANAGER$|SIDECAR_HARNESS_)/
/** What looks like a key there is none: a commit, a checksum. */
const NAMES_A_BUILD = /SHA|COMMIT|REV|VERSION|HASH|DIGEST|CHECKSUM|BUILD/i

/** A shorter one stands in many a line by chance: without it a recording would be full of holes. */
const SHORTEST = 6
/** Of those that are known by their looks alone. */
const SHORTEST_RANDOM = 16
/** Bits of each of its characters: words and names have less, random letters and digits more. */
const RANDOM_BITS = 3
/** No key is longer, and to search what is would take seconds. */
const LONGEST = 64 * 1024
/** What is longer is several words, or none. */
const LONGEST_WORD = 12

/** The secrets in what a contract gives to every request, and to every launch; or in the environment of one of these. */
export function secretsOfContract(
  { env, health, name }: Pick<Contract, 'env' | 'health' | 'name'>,
  variables: Readonly<Record<string, string>> = env,
): readonly string[] {
  const found = [
    ...Object.entries(variables).flatMap(([variable, value]) => secretsIn(variable, value)),
    ...secretsOfHeaders(health.headers),
  ]
  // What its answers are held to has to be read there.
  const said = [health.app, health.version, name].filter(text => text != null)
  return found.filter(secret => !said.some(text => text.includes(secret)))
}

/** For whoever judges, and for what is kept: no secret in it, but for its environment, of which a loader's part is judged. */
export function withoutSecrets(contract: Contract): Contract {
  return { ...new Redaction(secretsOfContract(contract)).data(contract), env: contract.env }
}

/** The secrets in what a request carries. */
export function secretsOfHeaders(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => secretsOfHeader(name, value))
}

/** `Bearer abc`, `Basic …` with a password in it, a list of cookies: the part that is secret. */
function secretsOfHeader(name: string, value: string): readonly string[] {
  if (/^cookie$/i.test(name)) {
    return value.split(';').flatMap(cookie => secretsIn('cookie', cookie.slice(cookie.indexOf('=') + 1)))
  }
  const [, scheme = '', credentials = value] =
    /^(Basic|Bearer|Token|ApiKey|Digest)\s+(.*)$/i.exec(value) ?? []
  // What stands for something that is announced is known when that is.
  if (/\{(token|port)\}/.test(credentials)) return []
  const found = secretsIn(name, credentials)
  if (!/^basic$/i.test(scheme)) return found
  const plain = Buffer.from(credentials, 'base64').toString('utf8')
  return [...found, ...secretsIn('password', plain.slice(plain.indexOf(':') + 1))]
}

/** What of a value nobody but its owner should read: all of it, a part, or nothing. */
export function secretsIn(name: string, value: string): readonly string[] {
  if (OF_THE_DESKTOP.test(name) || value.length > LONGEST) return []
  const whole = value.trim()
  const isNamedSo = SECRET_NAME.test(name) && !ABOUT_A_SECRET.test(name)
  const parts = [...passwordsIn(whole), ...linesOf(whole), ...fieldsOf(name, whole)]
  const isWhole = isNamedSo ? !isHarmless(whole) : looksRandom(whole) && !NAMES_A_BUILD.test(name)
  return [...new Set(isWhole ? [whole, ...parts] : parts)].filter(text => text.length >= SHORTEST)
}

/** Numbers, words, switches and paths stand everywhere, whatever they are called. */
function isHarmless(value: string): boolean {
  if (value.length < SHORTEST || /^[\d.,:+-]+$/.test(value)) return true
  return (
    (/^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(value) && value.length <= LONGEST_WORD) ||
    isPath(value) ||
    isPlainUrl(value)
  )
}

function isPath(value: string): boolean {
  return /^(?:~|\.{1,2})?\/[^+=]*$|^[A-Za-z]:[\\/]/.test(value) && (value.match(/[\\/]/g)?.length ?? 0) > 1
}

function isPlainUrl(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s?#@]*$/i.test(value)
}

/** Of a URL such as `postgres://user:password@host` that part, as it is written and as it is meant. */
function passwordsIn(value: string): readonly string[] {
  return [...value.matchAll(/\b[a-z][a-z0-9+.-]{0,31}:\/\/[^\s:@/]{0,256}:([^\s@/]{1,1024})@/gi)].flatMap(
    ([, written = '']) => {
      const meant = decode(written)
      return [written, meant].filter(text => !isHarmless(text))
    },
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that is none of an encoding.
    return text
  }
}

/** A key of several lines is written line by line. */
function linesOf(value: string): readonly string[] {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return []
  return value.split(/\r?\n|\\n/).filter(line => !line.startsWith('-----') && line.length >= SHORTEST_RANDOM)
}

/** Of an object in JSON what is called so. */
function fieldsOf(name: string, value: string): readonly string[] {
  if (!/^[{[]/.test(value)) return []
  try {
    const fields: unknown = JSON.parse(value)
    return Object.entries(fields as object).flatMap(([key, field]) =>
      typeof field === 'string' ? secretsIn(key, field) : fieldsOf(name, JSON.stringify(field) ?? ''),
    )
  } catch {
    // No JSON, but something that begins like it.
    return []
  }
}

/** A key, a token, a UUID: letters and digits without a word in it. */
function looksRandom(value: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return true
  if (value.length < SHORTEST_RANDOM || !/^[\w+/=.~-]+$/.test(value) || isPath(value)) return false
  const runs = value.match(/[A-Za-z0-9+/=]+/g) ?? []
  return runs.some(
    run =>
      run.length >= SHORTEST_RANDOM &&
      (run.match(/\d/g)?.length ?? 0) >= 2 &&
      (run.match(/[A-Za-z]/g)?.length ?? 0) >= 4 &&
      bitsPerCharacter(run) >= RANDOM_BITS,
  )
}

/** Shannon's entropy of its characters. */
function bitsPerCharacter(text: string): number {
  const counts = [...Map.groupBy(text, character => character).values()].map(({ length }) => length)
  return counts.reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
