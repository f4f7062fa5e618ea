const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** `812 bytes`, `4.6 KiB`, `120.9 MiB`. */
export function size(bytes: number): string {
  if (bytes < KIBIBYTE) return `${bytes} bytes`
  if (bytes < MEBIBYTE) return `${(bytes / KIBIBYTE).toFixed(1)} KiB`
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}
