/** Text that is markup already: nothing in it is escaped once more. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What may stand between pieces of a template. Null stands for nothing. */
export type Part = string | number | Markup | null | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A template for HTML. Everything that is put into it is escaped, so that it can stand in text and in a quoted
 * attribute; only Markup is not. Never in a script, a style, or an attribute without quotes.
 */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = pieces[0] ?? ''
  parts.forEach((part, index) => {
    text += render(part) + (pieces[index + 1] ?? '')
  })
  return new Markup(text)
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(render).join('')
  return escapeHtml(String(part))
}

/** What HTML cannot hold, or would hide or reverse, becomes a visible escape. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const KEPT = ['\n', '\t']

function escapeHtml(text: string): string {
  return text
    .replaceAll(UNPRINTABLE, character =>
      KEPT.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    )
    .replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? character)
}
