import { resolve } from 'node:path'
import type { ContractInput } from './input.ts'

/**
 * Puts the directory of the contract's file in the place of {here}, wherever a sidecar is told a path: what lies beside
 * the contract has no other name, as each life has a working directory of its own.
 */
export function placeHere(given: ContractInput, directory: string): ContractInput {
  const place = (text: string): string => text.replaceAll('{here}', directory)
  const { args, env, cwd, port, setup, announce } = given
  return {
    ...given,
    ...(args && { args: args.map(place) }),
    ...(env && { env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, place(value)])) }),
    // As all paths of a contract are; one that begins with a placeholder is somewhere else.
    ...(cwd && {
      cwd: cwd.startsWith('{tmp}') || cwd.startsWith('{home}') ? cwd : resolve(directory, place(cwd)),
    }),
    ...(typeof port === 'object' && 'args' in port && { port: { ...port, args: port.args.map(place) } }),
    ...(Array.isArray(setup) && { setup: setup.map(place) }),
    ...(typeof announce === 'object' &&
      'file' in announce &&
      announce.file !== undefined && { announce: { ...announce, file: place(announce.file) } }),
  }
}
