// `node check-health.mjs URL`: ends with 0 where a sidecar answers there.
const [, , url] = process.argv
const response = await fetch(url)
const { status } = await response.json()
process.exit(response.ok && status === 'ok' ? 0 : 1)
