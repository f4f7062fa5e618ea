const REDACTED = '[redacted]'

/** Of a secret that was cut off with the text that it stood in, this much is still told to nobody. */
const SHORTEST_PART = 6
/** Texts are cut off where they are longer than some limit: below that none is. */
const CUT_CHARACTERS = 1024
/** Less of a base64 text stands in others by chance. */
const SHORTEST_CORE = 8

/** Takes secrets out of texts, bytes and data: as they are, and as JSON, URLs, base64 and hexadecimal digits spell them. */
export class Redaction {
  readonly #secrets: readonly string[]
  readonly #inText: RegExp | null
  readonly #inBytes: RegExp | null

  constructor(secrets: Iterable<string>) {
    this.#secrets = [...new Set(secrets)].filter(secret => secret !== '')
    const spellings = [...new Set(this.#secrets.flatMap(spellingsOf))]
    this.#inText = anyOf(spellings)
    this.#inBytes = anyOf(spellings.map(text => Buffer.from(text).toString('latin1')))
  }

  get isNeeded(): boolean {
    return this.#inText !== null
  }

  text(text: string): string {
    if (this.#inText === null) return text
    const without = text.replace(this.#inText, REDACTED)
    return text.length < CUT_CHARACTERS ? without : this.#withoutCutOff(without)
  }

  /** They need be no text. */
  bytes(bytes: Buffer): Buffer {
    if (this.#inBytes === null) return bytes
    const before = bytes.toString('latin1')
    const without = before.replace(this.#inBytes, REDACTED)
    return without === before ? bytes : Buffer.from(without, 'latin1')
  }

  /** Plain data with every string in it redacted. */
  data<T>(data: T): T {
    return this.isNeeded ? (this.#map(data) as T) : data
  }

  #map(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map(each => this.#map(each))
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [this.text(key), this.#map(each)]))
  }

  /** Without the beginning of a secret at its end. */
  #withoutCutOff(text: string): string {
    for (const secret of this.#secrets) {
      for (let length = secret.length - 1; length >= SHORTEST_PART; length--) {
        if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${REDACTED}`
      }
    }
    return text
  }
}

function spellingsOf(secret: string): readonly string[] {
  const asJson = JSON.stringify(secret).slice(1, -1)
  const inAscii = asJson.replaceAll(/[^\0-\x7F]/g, escapeUnit)
  // A JSON string can hold half a character, which no URL can.
  const inUrl = encodeURIComponent(secret.toWellFormed())
  const asForm = new URLSearchParams({ '': secret }).toString().slice(1)
  const hex = Buffer.from(secret).toString('hex')
  const inHex = secret.length < SHORTEST_CORE ? [] : [hex, hex.toUpperCase()]
  const inJson = [asJson, inAscii].flatMap(text => [text, JSON.stringify(text).slice(1, -1)])
  const inUrls = [inUrl, asForm].flatMap(text => [text, text.replaceAll(/%[0-9A-F]{2}/g, toLower)])
  return [secret, ...inJson, ...inUrls, ...inHex, ...inBase64(secret)]
}

/** As Python writes JSON, and many others when they are asked for ASCII. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function toLower(text: string): string {
  return text.toLowerCase()
}

/**
 * Three bytes are four characters: what a text looks like depends on where in them it begins. What stands before and
 * behind it, `user:` say, shares the first and the last character with it: the others are its own.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const cores = [0, 1, 2].map(offset => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = offset === 0 ? 0 : offset + 1
    const isOpen = (offset + bytes.length) % 3 !== 0
    return encoded.slice(first, isOpen ? -1 : undefined)
  })
  return cores
    .filter(core => core.length >= SHORTEST_CORE)
    .flatMap(core => [core, core.replaceAll('+', '-').replaceAll('/', '_')])
}

/** The longest first: what stands in another one would leave the rest of that. */
function anyOf(texts: readonly string[]): RegExp | null {
  if (texts.length === 0) return null
  const escaped = texts
    .toSorted((a, b) => b.length - a.length)
    .map(text => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(escaped.join('|'), 'g')
}
