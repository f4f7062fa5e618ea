import type { Utterance } from '../said.ts'

/** What packed runtimes say when the application in them cannot begin. */
export const packedSays: readonly Utterance[] = [
  {
    id: 'payload-damaged',
    says: /Could not load PyInstaller's embedded PKG archive|Cannot open PyInstaller archive|Cannot open self .* or archive|pkg\/prelude\/bootstrap\.js:\d+/,
    title:
      'Its packer finds no application in it any more, or a damaged one: a tool has rewritten the file, or cut it off.',
    fix: {
      any: 'Change nothing in a packed file: no strip, upx or patchelf; linuxdeploy does it to what lies in an AppImage. Compare checksums of what was built and of what is started.',
    },
    sources: [
      'https://github.com/tauri-apps/tauri/issues/5189',
      'https://github.com/Hello-QM/catgo-LRG/pull/200',
    ],
  },
  {
    id: 'bytecode-for-another-machine',
    says: /UNEXPECTED-20|Failed to make bytecode/,
    title: 'Its scripts were compiled for another processor than the one that runs them.',
    fix: {
      any: 'Build for a target on that target, or pack the sources: pkg `--no-bytecode --public --public-packages "*"`.',
    },
    sources: [
      'https://github.com/vacuumlabs/cardano-hw-cli/issues/214',
      'https://github.com/yao-pkg/pkg/issues/95',
    ],
  },
  {
    id: 'addon-not-packed',
    says: /Could not locate the bindings file|Module did not self-register|Cannot find module '[^']*\.node'|Error loading \S+\.node/,
    title: 'A native addon is not where the packed program looks for it.',
    fix: {
      any: "Ship the addon as a file beside the program, load it from there (`process.dlopen`, or `createRequire` of the program's own path), and name it in the contract's `files`.",
      node: 'Keep it out of the bundle (`external`), ship the .node file beside the program, and load it by `createRequire(process.execPath)`. node:sqlite and node:crypto may make it unnecessary.',
      bun: 'Import the .node file by a literal path: Bun embeds it then.',
    },
    sources: [
      'https://github.com/WiseLibs/better-sqlite3/issues/480',
      'https://nodejs.org/api/single-executable-applications.html',
    ],
  },
  {
    id: 'file-not-packed',
    says: /(\S+) was not included into executable at compilation stage|No such file or directory: '([^']*_MEI[^']*)'|no such file or directory, \w+ '([^']*(?:[/\\]snapshot[/\\]|\/\$bunfs\/)[^']*)'/,
    title: 'A file that it reads is not in the packed program.',
    cause: what => `It reads ${what}, which is not in the packed program.`,
    fix: {
      any: "Add the file when you pack, or ship it beside the program and name it in the contract's `files`.",
      node: 'pkg: `assets` in package.json. SEA: `assets` in its configuration, read by `sea.getAsset()`.',
      bun: '`import path from "./data.json" with { type: "file" }`, or name it behind the entry of `bun build --compile`.',
      deno: '`deno compile --include data.json`.',
      python: 'PyInstaller: `--add-data data.json:.`, read from `Path(__file__).parent`.',
    },
    sources: ['https://github.com/yao-pkg/pkg#config', 'https://docs.deno.com/examples/deno_compile/'],
  },
  {
    id: 'runtime-too-old',
    says: /No such built-in module: (node:\S+)|UnsupportedClassVersionError|compiled by a more recent version of the Java Runtime|You must install or update \.NET|requires (Node\.js \S+)/,
    title: 'The runtime that it is packed with, or finds, is older than its code needs.',
    fix: {
      any: 'Pack it with the version that it is developed with, and say so in one place that build and tests read.',
      node: 'Take the version of Node from `engines`, for the SEA or for the `--targets` of pkg.',
      jvm: 'Ship a runtime of your own (jlink, jpackage), or compile with `--release` of the oldest that users have.',
    },
    sources: ['https://nodejs.org/api/errors.html#err_unknown_builtin_module'],
  },
  {
    id: 'module-not-packed',
    says: /No such built-in module: (\S+)|Cannot find (?:module|package) '([^']+)'|[Mm]odule not found "?([^"\s]+)|No module named '([^']+)'|ClassNotFoundException: (\S+)|NoClassDefFoundError: (\S+)|Could not find or load main class (\S+)|(?:no main manifest attribute, in|Unable to access jarfile) (\S+)/,
    title: 'A module that it loads is not in the program, nor beside it.',
    cause: what => `It loads ${what}, which is not in the program, nor beside it.`,
    fix: {
      any: 'Pack it too. Packers follow the imports that stand in the source: what is loaded by a name that is put together at run time has to be named to them.',
      node: 'Bundle to one file first (esbuild, rolldown) with nothing left `external` but what is shipped beside it: a SEA requires built-in modules only, pkg what it saw. Replace `require(name)` by a table of imports.',
      bun: 'Import it by a literal name, or name the file behind the entry of `bun build --compile`: what `import(name)` loads is not seen.',
      deno: '`deno compile --include module.ts` for what is imported by a name that is put together.',
      python:
        'PyInstaller: `--hidden-import NAME`, or `--collect-submodules` for plugins; unfrozen, install it into the environment that the sidecar runs in.',
      jvm: 'Put it on the class path, or into the jar (a fat jar, `Main-Class` in its manifest).',
    },
    sources: [
      'https://github.com/nodejs/single-executable/issues/87',
      'https://github.com/vercel/pkg/issues/695',
      'https://github.com/oven-sh/bun/issues/17148',
      'https://pyinstaller.org/en/stable/when-things-go-wrong.html',
    ],
  },
]
