import type { Preset } from './preset.ts'

/**
 * A plugin of hashicorp/go-plugin. Its host reads the first line of stdout, talks gRPC or net/rpc, asks it to end by that
 * same way, and kills it two seconds later: docs/internals.md, server.go and client.go of that library. The magic cookie
 * that it wants in its environment is the contract's to give.
 */
export const goPlugin: Preset = () => ({
  defaults: [
    {
      announce: 'go-plugin',
      // The system picks one between PLUGIN_MIN_PORT and PLUGIN_MAX_PORT, or it is a Unix socket.
      port: false,
      // It speaks no HTTP that could be asked.
      health: 'tcp',
      stop: {
        // The library ignores SIGINT, so that a Ctrl-C in a terminal is the host's to handle; nothing handles SIGTERM.
        signals: ['SIGTERM'],
        accept: { SIGTERM: [0, 143, 'SIGTERM'] },
      },
      levels: {
        'artifact/triple-name': 'may',
        // Its logs are the library's lines of JSON for the host; a plugin that is well may say nothing.
        'logs/on-stderr': 'may',
        // Dying of a signal leaves its socket behind, and the host removes the directory that it is in.
        'start/no-litter': 'may',
      },
    },
  ],
})
