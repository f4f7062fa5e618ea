import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Vitest } from 'vitest/node'
import './provided.ts'

export interface BinaryWatch {
  /** These are the binaries from now on, as they are at this moment. */
  follow(binaries: readonly string[]): void
  close(): void
}

/**
 * A linker writes for a while, and an installer writes beside and then renames: it has changed when nothing has
 * happened to it for so long.
 */
const QUIET_MS = 200

/**
 * Runs spec files again when a binary changes that they launch. With a watch of its own: Vite's passes over what an app's
 * configuration ignores, and templates for Tauri ignore all of `src-tauri`, where the binaries are.
 */
export function watchBinaries(binaries: readonly string[], vitest: Vitest): BinaryWatch {
  const seen = new Map<string, string>()
  const watchers = new Map<string, FSWatcher>()
  const timers = new Map<string, NodeJS.Timeout>()
  /** What Vitest is being told of. */
  let changed: string | null = null

  function follow(wanted: readonly string[]): void {
    for (const binary of wanted) {
      seen.set(binary, signatureOf(binary))
      const directory = dirname(binary)
      if (watchers.has(directory)) continue
      const watcher = watchDirectory(directory, name => {
        for (const known of seen.keys()) {
          if (dirname(known) === directory && (name === null || mayBe(known, name))) expectQuiet(known)
        }
      })
      if (watcher !== null) watchers.set(directory, watcher)
    }
  }

  /** Of one that is not there, what comes instead can have another name: with its target triple, or without. */
  function mayBe(binary: string, name: string): boolean {
    return basename(binary) === name || (seen.get(binary) === GONE && name.startsWith(basename(binary)))
  }

  function expectQuiet(binary: string): void {
    clearTimeout(timers.get(binary))
    timers.set(
      binary,
      setTimeout(() => compare(binary), QUIET_MS),
    )
  }

  function compare(binary: string): void {
    const signature = signatureOf(binary)
    const before = seen.get(binary)
    // Who took it away brings another; where there was none, and is none, something of a name like its came.
    if (signature === GONE ? before !== GONE : signature === before) return
    seen.set(binary, signature)
    // To Vitest this is a file that has changed: it waits for a run that is under way, and asks the pattern below what to run.
    changed = binary
    vitest.watcher.onFileChange(binary)
    changed = null
  }

  function launching(binary: string) {
    return vitest.state.getFiles().filter(({ meta }) => meta.sidecarBinaries?.includes(binary))
  }

  // What Vitest asks for a file that it knows nothing of. Where its own watch sees the binary, too, that is too early.
  vitest.config.watchTriggerPatterns ??= []
  vitest.config.watchTriggerPatterns.push({
    pattern: /(?:)/,
    testsToRun: () => (changed === null ? undefined : launching(changed).map(({ filepath }) => filepath)),
  })
  follow(binaries)
  return {
    follow,
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

const GONE = 'gone'

/** What tells one version of a file from another: copying back an older one changes it, too. */
function signatureOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? GONE : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
}

/** A directory that is not there yet is not watched: the build that makes it runs before the tests. */
function watchDirectory(directory: string, onChange: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => onChange(name))
    watcher.on('error', () => watcher.close())
    return watcher
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
