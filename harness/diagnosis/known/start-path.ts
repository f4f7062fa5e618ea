import { firstEvent, isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { sayingOf } from '../said.ts'
import { closerLooks, endOf } from './start-conditions.ts'

/** What stands in a path that some programs stumble over. */
const ODDITIES = [
  ['a space', / /],
  ['an apostrophe', /'/],
  ['a letter beyond ASCII', /[^\0-\x7f]/],
] as const

type Oddity = (typeof ODDITIES)[number][0]

/** Which of them, each alone, it does not stand; null where that was not tried. `plain`: nor any other place. */
function stumblesOver(
  scene: Scene,
): { readonly over: ReadonlySet<Oddity>; readonly isPlainEnough: boolean } | null {
  const looks = closerLooks(scene)
  if (looks.length === 0) return null
  const failed = looks.filter(each => !isReady(each))
  const over = failed.flatMap(each =>
    ODDITIES.filter(([, pattern]) => pattern.test(placeOf(each))).map(([name]) => name),
  )
  return {
    over: new Set(over),
    isPlainEnough: !failed.some(each => ODDITIES.every(([, pattern]) => !pattern.test(placeOf(each)))),
  }
}

/** The directories of the installation, without those of the harness above them. */
function placeOf(life: LifeRecording): string {
  return (firstEvent(life, 'launch')?.file ?? '').split(/[/\\]/).slice(-2, -1).join('/')
}

function stumbling(
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  fits: (over: ReadonlySet<Oddity>) => boolean,
  says?: RegExp,
): KnownFailure {
  return {
    ...known,
    clauses: ['start/any-path'],
    recognise(scene) {
      const found = stumblesOver(scene)
      const saying = says === undefined ? null : sayingOf(scene.life, says)
      if (saying !== null && found === null)
        return { evidence: [...endOf(scene), `it said ${saying.quoted}`] }
      if (found === null || !found.isPlainEnough || !fits(found.over)) return null
      return {
        evidence: [...endOf(scene), `each alone keeps it from starting: ${[...found.over].join(', ')}`],
      }
    },
  }
}

const missesFiles: KnownFailure = {
  id: 'misses-files-beside-it',
  title: 'It needs files that lie beside it where it was built, and that were not installed with it.',
  clauses: ['start/any-path', 'start/read-only-directory'],
  sources: ['https://v2.tauri.app/develop/resources/'],
  fix: {
    any: "Name them in the contract's `files`, and in the bundler's list of resources: what is not there is not on the machine of a user either. Or pack them into the program.",
  },
  recognise(scene) {
    const found = stumblesOver({
      ...scene,
      life: scene.evidence.lives.find(each => each.scenario === 'odd-path' && each.instance === 0) ?? null,
    })
    return found === null || found.isPlainEnough
      ? null
      : { evidence: [...endOf(scene), 'in another plain directory it does not start either'] }
  },
}

/** From the particular to the general. */
export const startPathFailures: readonly KnownFailure[] = [
  missesFiles,
  stumbling(
    {
      id: 'path-taken-for-url',
      title: 'It takes the path of a URL for that of a file: a space in it has become %20.',
      fix: {
        any: 'Turn a URL into a path by the library, and never by its text.',
        node: "fileURLToPath(new URL('x', import.meta.url)), or import.meta.dirname; `.pathname` is percent-encoded, and on Windows it begins with /C:.",
        deno: '`fromFileUrl` of @std/path, or import.meta.dirname; `.pathname` is percent-encoded.',
        python: 'url2pathname(urlsplit(uri).path), or a Path from the beginning.',
      },
      sources: ['https://nodejs.org/api/url.html#urlfileurltopathurl-options'],
    },
    over => over.has('a space') && over.has('a letter beyond ASCII'),
    /%20|%C3%A4/i,
  ),
  stumbling(
    {
      id: 'path-split-by-shell',
      title:
        'It hands its path to a shell without quoting it: a space ends a word there, an apostrophe begins a string.',
      fix: {
        any: 'Start programs with a list of arguments and no shell in between. Go: `exec.Command(file, args...)`. Rust: `Command::new(file).args(args)`. In a script: "$0" and "$@" between quotation marks.',
        node: 'spawn(file, args) or execFile(file, args), never exec() with a command line and never `shell: true`.',
        python: 'subprocess.run([file, *args]), never a string with shell=True, never os.system.',
      },
      sources: ['https://github.com/vKolerts/sidenoder/issues/1'],
    },
    over => over.has('a space') || over.has('an apostrophe'),
    /[Uu]nterminated quoted string|unexpected EOF while looking for matching/,
  ),
  stumbling(
    {
      id: 'path-not-decoded',
      title: 'It cannot handle a path with letters beyond ASCII: it takes its bytes for another encoding.',
      fix: {
        any: 'Keep paths as the system gives them (bytes, or wide characters on Windows), and never through a code page. Rust: `Path`, not `String`. C on Windows: `wmain`, or a manifest with `activeCodePage` UTF-8.',
        jvm: '`-Dsun.jnu.encoding=UTF-8` is not enough where the locale is C: launch it with LANG=C.UTF-8.',
        python: 'os.fsencode and os.fsdecode, or Path; no .encode("ascii").',
      },
      sources: ['https://github.com/beyondcode/herd-community/issues/508'],
    },
    over => over.has('a letter beyond ASCII'),
    /Unicode(?:En|De)codeError|InvalidPathException|Malformed input/,
  ),
  {
    id: 'path-not-handled',
    title:
      'It does not start where its path has spaces or letters beyond ASCII, as the names of users and apps have them.',
    clauses: ['start/any-path'],
    sources: [
      'https://github.com/vKolerts/sidenoder/issues/1',
      'https://github.com/beyondcode/herd-community/issues/508',
    ],
    fix: {
      any: 'Copy it into such a directory, start it there, and see which path it fails to open: quoting for a shell, percent signs of a URL and code pages are the usual reasons; a path of 108 bytes or more is too long for a UNIX socket.',
    },
    recognise: scene => ({ evidence: endOf(scene) }),
  },
]
