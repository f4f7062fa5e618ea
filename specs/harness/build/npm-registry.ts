/** A registry of npm's on this machine, with one package in it, that answers as it is told to. */

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Registry {
  readonly url: string
  /** Paths that were asked for. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface Published {
  readonly name: string
  readonly versions: readonly string[]
  /** The archive of each of them. */
  readonly archive: Buffer
  /** What the registry says of it; its own checksum where nothing is said. */
  readonly integrity?: string
  /** How the archive is sent. */
  readonly sends?: 'whole' | 'half' | 'half, and waits'
}

export async function startRegistry(published: Published): Promise<Registry> {
  const { name, versions, archive, sends = 'whole' } = published
  const { integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}` } = published
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    asked.push(path)
    if (path === `/${name}`) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(packument()))
    } else if (path.endsWith('.tgz')) {
      response.setHeader('content-length', archive.length)
      if (sends === 'whole') response.end(archive)
      else {
        response.write(archive.subarray(0, archive.length / 2), () => {
          if (sends === 'half') response.destroy()
        })
      }
    } else {
      response.statusCode = 404
      response.end('{}')
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }

  function packument(): object {
    const entries = versions.map(version => {
      const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity }
      return [version, { name, version, dist }] as const
    })
    return { name, 'dist-tags': { latest: versions.at(-1) }, versions: Object.fromEntries(entries) }
  }
}
