import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

// Found, not counted in `..`: a built module lies elsewhere than its source.
const manifest = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8')) as {
  name: string
  version: string
}

export const name: string = manifest.name
export const version: string = manifest.version
