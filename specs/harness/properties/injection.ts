/** Elements that the page has no use for: each loads, runs or sends something. */
const FOREIGN = [
  'img',
  'iframe',
  'object',
  'embed',
  'base',
  'link',
  'audio',
  'video',
  'template',
  'math',
  'x',
]
/** A tag as a page writes it: attributes in quotation marks, or without a value. */
const TAG = /^<\/?[a-z][a-z0-9]*(?:\s+[a-zA-Z0-9:-]+(?:="[^"<>]*")?)*\s*\/?>/
const ATTRIBUTE = /\s([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g

/** What of a page may have come from the outside: a tag, an attribute, a link. Null where nothing did. */
export function findInjection(page: string): string | null {
  const [, head, body = ''] =
    /^(<!doctype html>[\s\S]*?<style>)[\s\S]*?(<\/style>[\s\S]*<script>)/i.exec(page) ?? []
  if (head === undefined) return 'there is no style, or no script'
  if (page.split('<script').length !== 2 || page.split('</script').length !== 2) return 'another script'
  const text = `${head.replace(/^<!doctype html>/i, '')}${body}`
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const [tag] = TAG.exec(text.slice(at)) ?? []
    if (tag === undefined) return `no tag: ${text.slice(at, at + 80)}`
    const name = /[a-z0-9]+/.exec(tag)?.[0] ?? ''
    if (FOREIGN.includes(name)) return tag
    for (const [, attribute = '', value = ''] of tag.matchAll(ATTRIBUTE)) {
      if (attribute.startsWith('on') || attribute === 'src' || attribute === 'style') return tag
      if (attribute === 'href' && !/^(#|https:\/\/)/.test(value)) return tag
    }
  }
  return null
}
