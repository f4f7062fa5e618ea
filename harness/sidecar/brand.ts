import type { RunningSidecar } from './running.ts'

/** Here a sidecar is recognised without loading its class, which brings all the judges along. */
const sidecars = new WeakSet<object>()

export function brand(sidecar: RunningSidecar): void {
  sidecars.add(sidecar)
}

export function isSidecar(value: unknown): value is RunningSidecar {
  return typeof value === 'object' && value !== null && sidecars.has(value)
}
