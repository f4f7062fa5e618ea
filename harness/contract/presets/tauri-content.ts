import { z } from 'zod'

type Optional<T> = T | null | undefined

/** What is looked at in a configuration of Tauri. Version 1 has all of it below `tauri`, version 2 has not. */
export interface TauriContent {
  readonly bundle?: Bundle
  readonly app?: Optional<{
    readonly windows?: Optional<readonly { readonly useHttpsScheme?: boolean | undefined }[]>
    readonly security?: Optional<{ readonly capabilities?: Optional<readonly unknown[]> }>
  }>
  readonly tauri?: Optional<{
    readonly bundle?: Bundle
    readonly allowlist?: Optional<{ readonly all?: boolean | undefined; readonly shell?: Optional<Shell> }>
    readonly security?: Optional<{ readonly dangerousUseHttpScheme?: boolean | undefined }>
  }>
}

type Bundle = Optional<{ readonly externalBin?: Optional<readonly string[]> }>

interface Shell {
  readonly all?: boolean | undefined
  readonly sidecar?: boolean | undefined
  readonly scope?: boolean | readonly ShellEntry[] | undefined
}

/** One program that an app's pages may run. */
export interface ShellEntry {
  readonly name?: string | undefined
  readonly sidecar?: boolean | undefined
  /** Any, none, or what each has to be. */
  readonly args?: boolean | readonly (string | Validator)[] | undefined
}

interface Validator {
  readonly validator: string
  readonly raw?: boolean | undefined
}

/** A capability of version 2: what the pages of some windows may do. */
export interface Capability {
  readonly identifier: string
  readonly platforms?: Optional<readonly string[]>
  /** Labels of those that it is for; a capability without any is for none. */
  readonly windows?: Optional<readonly string[]>
  readonly webviews?: Optional<readonly string[]>
  readonly permissions: readonly (string | Permission)[]
}

interface Permission {
  readonly identifier: string
  readonly allow?: Optional<readonly ShellEntry[]>
}

const bundle = z.object({ externalBin: z.array(z.string()).nullish() }).nullish()
const flag = z.boolean().optional()
const validator = z.object({ validator: z.string(), raw: flag })
const args = z.union([z.boolean(), z.array(z.union([z.string(), validator]))]).optional()
const entry = z.object({ name: z.string().optional(), sidecar: flag, args })
const shell = z.object({ all: flag, sidecar: flag, scope: z.union([z.boolean(), z.array(entry)]).optional() })

export const tauriContent: z.ZodType<TauriContent> = z.object({
  bundle,
  app: z
    .object({
      windows: z.array(z.object({ useHttpsScheme: flag })).nullish(),
      security: z.object({ capabilities: z.array(z.unknown()).nullish() }).nullish(),
    })
    .nullish(),
  tauri: z
    .object({
      bundle,
      allowlist: z.object({ all: flag, shell: shell.nullish() }).nullish(),
      security: z.object({ dangerousUseHttpScheme: flag }).nullish(),
    })
    .nullish(),
})

export const tauriCapability: z.ZodType<Capability> = z.object({
  identifier: z.string(),
  platforms: z.array(z.string()).nullish(),
  windows: z.array(z.string()).nullish(),
  webviews: z.array(z.string()).nullish(),
  permissions: z.array(
    z.union([z.string(), z.object({ identifier: z.string(), allow: z.array(entry).nullish() })]),
  ),
})
