/** A reader of XML that forgives nothing: what it does not know is an error, and so is a character that XML forbids. */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

interface Open {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
/** A tag, or the text up to the next one. */
const TOKEN = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<]+/gi
const ATTRIBUTE = / ([a-z]+)="([^"<]*)"/gi
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** The root of a document. Throws for what is not well-formed. */
export function readXml(document: string): XmlElement {
  if (!DECLARATION.test(document)) throw new SyntaxError('there is no declaration')
  if (FORBIDDEN.test(document)) throw new SyntaxError('there is a character that XML forbids')
  const body = document.replace(DECLARATION, '').trimEnd()
  const top: Open = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  let end = 0
  for (const match of body.matchAll(TOKEN)) {
    if (match.index !== end) throw new SyntaxError(`not understood: ${body.slice(end, match.index)}`)
    end += match[0].length
    const [token, closing, name, attributes = '', selfClosing] = match
    const current = open.at(-1) ?? top
    if (name === undefined) current.text += decode(token)
    else if (closing === '/') {
      const closed = open.pop()
      if (closed?.name !== name) throw new SyntaxError(`</${name}> closes <${closed?.name}>`)
      open.at(-1)?.children.push(closed)
    } else {
      const element: Open = { name, attributes: readAttributes(attributes), children: [], text: '' }
      if (selfClosing === '/') current.children.push(element)
      else open.push(element)
    }
  }
  const [root, another] = top.children
  if (end !== body.length || open.length !== 1 || root === undefined || another !== undefined) {
    throw new SyntaxError(`it ends in the middle: ${body.slice(end, end + 80)}`)
  }
  return root
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name in attributes) throw new SyntaxError(`${name} is there twice`)
    // A reader makes spaces of these where they are not written as references.
    attributes[name] = decode(value.replaceAll(/[\t\n\r]/g, ' '))
  }
  return attributes
}

function decode(text: string): string {
  return text.replaceAll(/&(#?\w*);?/g, (whole, name: string) => {
    const character = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name]
    if (character === undefined || !whole.endsWith(';')) throw new SyntaxError(`${whole} is no entity`)
    return character
  })
}
