import type { ContractInput } from './input.ts'

/** Whether {port} stands in a contract's own arguments or variables, which is a way of asking for one. */
export function placesPort({ args = [], env = {} }: Pick<ContractInput, 'args' | 'env'>): boolean {
  return [...args, ...Object.values(env)].some(value => value.includes('{port}'))
}

/** Whether {port} stands in the command that prepares a life: the port is in a file then, which the sidecar reads. */
export function preparesPort({ setup }: Pick<ContractInput, 'setup'>): boolean {
  return Array.isArray(setup) && setup.some(word => word.includes('{port}'))
}
