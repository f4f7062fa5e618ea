import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { reachVerdict } from '../../../harness/gate/verdict.ts'
import { renderHtml } from '../../../harness/report/html/page.ts'
import { type Case, evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Script } from '../clauses/recordings.ts'
import { FACTS, runOf } from './verdicts.ts'

/* What stands in the page. How it looks and works in a browser is told by specs/slow/html.slow.ts. */

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }

function render(...cases: readonly Case[]): string {
  const evidences = cases.map(evidenceOf)
  return renderHtml(runOf(...evidences.map(each => reachVerdict(each, FACTS))), evidences, TOOL)
}

/** It answers SIGTERM with nothing, and is killed. */
const stubborn = () =>
  aLife('stop-sigterm').logs('starting').announces().isReady().isSeen().after(8).isSent('SIGTERM')

const STUBBORN: Case = { lives: [stubborn().isLate('exit').isKilled().leaves()] }

const all = (page: string, pattern: RegExp) => [...page.matchAll(pattern)].map(([, found = '']) => found)
const idsIn = (page: string) => all(page, / id="([^"]*)"/g)
const sectionOf = (page: string, id: string) => {
  const at = page.indexOf(`id="${id}"`)
  expect(at, id).toBeGreaterThan(0)
  return page.slice(at, page.indexOf('</details>', at))
}
/** Markup taken away: what a reader reads. */
const wordsOf = (markup: string) => markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describe('the verdict as a page', () => {
  test('has no link that leads nowhere, and no id twice', () => {
    const page = render(STUBBORN, { contract: { name: 'search' } })
    const ids = idsIn(page)
    expect(new Set(ids).size).toBe(ids.length)
    const links = all(page, /href="#([^"]*)"/g)
    expect(links.length).toBeGreaterThan(100)
    expect(links.filter(link => !ids.includes(link))).toEqual([])
    // What leaves the page is a source of a diagnosis, for whoever follows it.
    const others = all(page, /(<a href="[^#][^>]*>)/g)
    expect(others.filter(link => !/^<a href="https:\/\/[^"]*" rel="noreferrer">$/.test(link))).toEqual([])
  })

  test('is the same for the same evidence', () => {
    expect(render(STUBBORN)).toBe(render(STUBBORN))
  })

  test('tells a failure in full, and leads to its moment, which stands where it was seen', () => {
    const page = render(STUBBORN)
    const [failure = ''] = all(page, /(<article[\s\S]*?<\/article>)/g)
    expect(wordsOf(failure)).toMatch(
      /✖ stop\/sigterm fail, must On SIGTERM .* expected after SIGTERM it exits .* seen still running 10\.00 s after SIGTERM/,
    )
    expect(wordsOf(failure)).toContain(
      'again npx --no-install sidecar-harness check /app/backend-x86_64-unknown-linux-gnu --only stop/sigterm',
    )
    expect(failure).toContain('href="#moment-1-stop-sigterm"')
    const [life = ''] = all(page, /(<details class="life fail"[\s\S]*?<\/details>)/g)
    expect(wordsOf(life)).toMatch(
      /SIGTERM sent nothing for 10\.00 s .* waited 10\.00 s for its exit, in vain .* ✖ fail stop\/sigterm : still running/,
    )
    expect(life).toContain('<line class="flag"')
  })

  test('shows each life with its phases, requests, streams and further processes', () => {
    const child = { ...aProcess(501, 'worker --port <1>'), parentPid: 500 }
    const life = aLife('stop-sigterm').isLaunched().logs('up').announces().isReady()
    const page = render({ lives: [life.isSeen({ processes: [aProcess(500), child] }).stopsOn('SIGTERM')] })
    const section = sectionOf(page, 'life-1-1-stop-sigterm')
    for (const phase of ['starting', 'answering', 'serving', 'stopping']) {
      expect(section).toContain(`<rect class="${phase}"`)
    }
    for (const what of ['request', 'stdout', 'stderr', 'process']) {
      expect(section).toMatch(new RegExp(`<path class="${what}" d="M\\d+ `))
    }
    expect(section).toContain('<b>501</b> worker --port &lt;1&gt;')
    expect(all(section, /role="img" aria-label="([^"]*)"/g)).toEqual([
      'stop-sigterm, 58 ms: announced port 41234 after 40 ms; ready after 42 ms; SIGTERM sent after 53 ms; exit code 0 after 58 ms; 1 request; 2 log lines; 1 further process',
    ])
  })

  test('draws requests that overlap below each other', () => {
    const life = aLife('stop-sigterm').announces().isReady().isBusyWith('/a').isBusyWith('/b').after(5)
    const page = render({ lives: [life.isDoneWithAll().isAsked('check').stopsOn('SIGTERM')] })
    const section = sectionOf(page, 'life-1-1-stop-sigterm')
    const rows = all(section.slice(section.indexOf('class="closeup"')), /<path class="request" d="([^"]*)"/g)
    expect(rows.map(path => [...new Set(all(path, /M\d+ (\d+)/g))])).toEqual([['9'], ['15']])
    expect(rows.map(path => all(path, /(M)/g).length)).toEqual([3, 1])
  })

  test('has every clause in a table, by its group, with the lives that it was judged by', () => {
    const page = render(STUBBORN)
    expect(all(page, /<tr class="clause (\w+)"/g).length).toBe(73)
    const [row = ''] = all(page, /(<tr class="clause pass"[^>]* id="clause-1-stop-sigint">.*)/g)
    expect(row).toContain('<th scope="row">stop/sigint</th><td>must</td>')
    expect(row).toMatch(/<a href="#life-1-\d+-stop-sigint">stop-sigint<\/a>/)
  })

  test('has headings without a gap, in their order', () => {
    const levels = all(render(STUBBORN, {}), /<h(\d)/g).map(Number)
    expect(levels[0]).toBe(1)
    levels.forEach((level, index) => {
      expect(level - (levels[index - 1] ?? 1)).toBeLessThanOrEqual(1)
    })
  })

  test('says so where nothing was launched, and where all holds', () => {
    const nothing = render({ only: [], artifact: { format: 'empty', bytes: 0 } })
    expect(wordsOf(nothing)).toMatch(/Lives It was not launched\./)
    expect(wordsOf(render({}))).toContain('Everything that was judged holds.')
  })
})

describe('what is said in it', () => {
  const EVIL = `</script></style><script>alert(1)</script><img src=x onerror="alert(2)">'"\u2028\u202e\u0000\u001b[31m`
  const evil = (script: Script) => script.logs(EVIL).writes('stdout', `${EVIL}\n`)

  test('cannot leave its place: not out of text, attribute, script, nor style', () => {
    const page = render({
      contract: { name: EVIL, waive: { 'stop/killed': EVIL } },
      artifact: { path: `/app/${EVIL}`, name: EVIL },
      lives: [
        evil(aLife('stop-sigterm')).announces().isReady({ status: 503, body: EVIL }).stopsOn('SIGTERM'),
      ],
    })
    expect(page.includes('&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;')).toBe(true)
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page.match(/<\/script/g)).toHaveLength(1)
    expect(page.match(/<\/style/g)).toHaveLength(1)
    expect(page.match(/<(img|iframe|link|object|base)\b| on\w+="/)).toBeNull()
    expect(page.match(/[\u2028\u202e\u0000\u001b]/)).toBeNull()
  })

  test('is followed by no policy but one that names its very script and style, and no source', () => {
    const page = render({})
    const [policy = ''] = all(page, /http-equiv="Content-Security-Policy" content="([^"]*)"/g)
    const hashOf = (tag: string) => {
      const [content = ''] = all(page, new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))
      expect(content.length).toBeGreaterThan(1000)
      return `&#39;sha256-${createHash('sha256').update(content).digest('base64')}&#39;`
    }
    expect(policy.split('; ')).toEqual([
      'default-src &#39;none&#39;',
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      'base-uri &#39;none&#39;',
      'form-action &#39;none&#39;',
    ])
    expect(page.match(/ style="| src=|url\(|@import/)).toBeNull()
  })
})

describe('a life that says a lot', () => {
  const chatter = (lines: number) => {
    const life = stubborn()
    for (let line = 1; line <= lines; line++) life.logs(`line ${line}`)
    return life.isLate('exit').isKilled().leaves()
  }

  test('is cut where it tells least, and says how much that is', () => {
    const page = render({ lives: [chatter(1000)] })
    const section = wordsOf(sectionOf(page, 'life-1-1-stop-sigterm'))
    const told = [...section.matchAll(/line (\d+) /g)].map(([, number]) => Number(number))
    const [, more, lines] = /… (\d+) more, (\d+) log lines of them …/.exec(section) ?? []
    expect(told.length + Number(lines)).toBe(1000)
    expect(more).toBe(lines)
    expect(told.length).toBeLessThanOrEqual(400)
    // The beginning, what led to the failure, and the end.
    expect(told).toEqual(expect.arrayContaining([1, 2, 3, 999, 1000]))
    expect(section).toContain('SIGTERM sent')
    expect(section).toContain('waited 10.00 s')
  })

  test('does not make the page too large to open, and neither do 200 of them', () => {
    const life = chatter(400).toRecording()
    const evidence = evidenceOf(STUBBORN)
    const lives = Array.from({ length: 200 }, (_, index) => ({ ...life, id: `restarts.${index + 1}` }))
    const many = { ...evidence, lives: [...evidence.lives, ...lives] }
    const page = renderHtml(runOf(reachVerdict(many, FACTS)), [many], TOOL)
    expect(Buffer.byteLength(page)).toBeLessThan(4 * 1024 * 1024)
    expect(page.match(/<details class="life/g)).toHaveLength(many.lives.length)
    // Of each the failure's surroundings, or its beginning and end, are there still.
    expect(wordsOf(sectionOf(page, `life-1-${many.lives.length}-restarts.200`))).toMatch(
      /launch .* log lines of them … .* exit/,
    )
  })
})
