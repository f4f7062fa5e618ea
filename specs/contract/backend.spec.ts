import { describeContract } from 'sidecar-harness/vitest'

// SIDECAR_BINARY=path judges that file instead, and builds nothing.
describeContract({ config: new URL('../../fixtures/desktop/sidecar.config.ts', import.meta.url) })
