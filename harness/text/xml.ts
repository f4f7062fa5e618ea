/** What XML 1.0 cannot hold in any spelling, not even as a reference (https://www.w3.org/TR/xml/#charsets). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // `]]>` may not stand in text either.
  '>': '&gt;',
  '"': '&quot;',
  // A reader of XML makes a newline of this one, and a space of each of them in an attribute.
  '\r': '&#13;',
}
const ENTITIES_OF_ATTRIBUTE: Readonly<Record<string, string>> = { '\n': '&#10;', '\t': '&#9;' }

export type Attributes = Readonly<Record<string, string | number>>

/** An element with its attributes, and what stands in it: further elements, or a text that is escaped here. */
export function element(
  name: string,
  attributes: Attributes,
  content: string | readonly string[] = [],
): string {
  const head = `${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value), { ...ENTITIES, ...ENTITIES_OF_ATTRIBUTE })}"`)
    .join('')}`
  if (content.length === 0) return `<${head}/>`
  const inner = typeof content === 'string' ? escapeXml(content, ENTITIES) : `\n${content.join('\n')}\n`
  return `<${head}>${inner}</${name}>`
}

/** A document with this element at its root. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function escapeXml(text: string, entities: Readonly<Record<string, string>>): string {
  return text
    .replaceAll(FORBIDDEN, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/[&<>"\r\n\t]/g, character => entities[character] ?? character)
}
