/**
 * Puts a bundle into a Node, by pkg. A program of its own, because pkg changes the working directory of
 * the process that it runs in, prints to its stdout, and takes almost a gigabyte of memory while it injects.
 */
import pkgSea from '@yao-pkg/pkg/lib-es5/sea.js'

/** What pkg.ts hands over, as JSON in the first argument. */
export interface PkgJob {
  /** Absolute path of the Node to put the bundle into. */
  readonly nodePath: string
  /** `24.21.0`. */
  readonly nodeVersion: string
  /** The bundle, relative to a directory that pkg makes inside TMPDIR. */
  readonly main: string
  /** Absolute path of the bundle. */
  readonly bundle: string
  /** Absolute path of the binary to be. */
  readonly output: string
}

// pkg's own words for the systems that it builds for.
const PLATFORMS = { linux: 'linux', darwin: 'macos', win32: 'win' } as const

/**
 * pkg's command line wants to download its Node, and has no option for one that is there already
 * (https://github.com/yao-pkg/pkg/issues/279); nor can it set execArgvExtension. The function behind it
 * can do both. This is the one place that reaches for it, and why pkg's version is pinned exactly.
 */
async function inject(job: PkgJob): Promise<void> {
  const seaConfig = {
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    // The path becomes part of the binary. An absolute one would make it differ from directory to
    // directory, and show users' stack traces where it was built.
    main: job.main,
    // Otherwise a NODE_OPTIONS that a user has set for something else preloads files into the app,
    // opens a debugger's port or ends it with exit code 9.
    execArgvExtension: 'none',
  }
  await pkgSea.default(job.bundle, {
    nodePath: job.nodePath,
    signature: true,
    seaConfig,
    targets: [
      {
        platform: PLATFORMS[process.platform as keyof typeof PLATFORMS],
        arch: process.arch,
        nodeRange: `node${job.nodeVersion}`,
        output: job.output,
      },
    ],
  })
}

await inject(JSON.parse(process.argv[2] ?? '{}') as PkgJob)
