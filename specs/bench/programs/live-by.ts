/*
 * `node live-by.mjs WAY PEERS DIST`, forked: lives in one way, a life for each file that it is sent, and sends back how long
 * that took. In a process that holds nothing but what this way needs: to launch takes longer the larger a process is.
 */

import { join } from 'node:path'
import type { Peers } from '../peers.ts'
import { execaAndPolling } from '../ways/execa.ts'
import { harness } from '../ways/harness.ts'
import type { Answer, InProcess } from '../ways/own-process.ts'
import { plain } from '../ways/plain.ts'
import { waitOnLibrary } from '../ways/wait-on.ts'
import type { Way } from '../ways/way.ts'

const MAKERS: Readonly<Record<InProcess, (peers: Peers, dist: string) => Way | Promise<Way>>> = {
  plain: () => plain,
  harness: (_peers, dist) => harness(dist),
  execa: execaAndPolling,
  'wait-on': waitOnLibrary,
}

const [, , name = '', place = '', dist = ''] = process.argv
const { directory, versions } = JSON.parse(place) as Pick<Peers, 'directory' | 'versions'>
const peers: Peers = {
  directory,
  versions,
  bun: null,
  resolve: path => join(directory, 'node_modules', path),
}
const way = await MAKERS[name as InProcess](peers, dist)

process.on('message', (file: string) => {
  way.live(file).then(
    times => tell({ times }),
    error => tell({ failure: error instanceof Error ? error.message : String(error) }),
  )
})

function tell(answer: Answer): void {
  process.send?.(answer)
}
