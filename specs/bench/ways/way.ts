import { createServer } from 'node:net'

/** How somebody launches a sidecar, sees it ready and ends it. */
export interface Way {
  /** Of its row in the tables. */
  readonly name: string
  readonly version?: string
  /** Why it has no figure for the stop. */
  readonly noStop?: string
  /** One life. Throws where the sidecar was not healthy, or did not exit with 0. */
  live(file: string): Promise<Times>
  /** When there are no more. */
  end?(): void
}

export interface Times {
  /** From the launch to the moment at which whoever launched it goes on. */
  readonly readyMs: number
  /** From the signal to the moment at which its exit is known. */
  readonly stopMs?: number
  /** The same two, for a call that does more around them. */
  readonly whole?: { readonly readyMs: number; readonly stopMs: number }
}

/** What all of them launch it with: the same, whoever runs the bench. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env
  return { PATH, HOME, TMPDIR, ...more }
}

/** Asks for the health of a sidecar. Throws where the answer is not that of one. */
export async function requireHealth(url: string): Promise<void> {
  const response = await fetch(url)
  const { status } = (await response.json()) as { status?: unknown }
  if (!response.ok || status !== 'ok') throw new Error(`${url} answered ${response.status}, status ${status}`)
}

/** A port that nobody has: who does not read the announcement has to choose one. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was to be had')
  return address.port
}
