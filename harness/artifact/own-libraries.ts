import type { ArtifactDescription } from './description.ts'

/** On macOS these lie in a cache, where no file shows them. */
const OF_MACOS = /^\/(usr\/lib|System)\//

/** What every Windows 10 and 11 has in its system directory, of what sidecars are linked with; and its API sets. */
const OF_WINDOWS = new Set(
  [
    'advapi32 avrt bcrypt bcryptprimitives cfgmgr32 combase comctl32 comdlg32 crypt32 cryptbase d3d11 d3d12 dbghelp',
    'dhcpcsvc dnsapi dwmapi dwrite dxgi fwpuclnt gdi32 hid imm32 iphlpapi kernel32 kernelbase mf mfplat mpr msimg32',
    'msvcrt mswsock ncrypt netapi32 normaliz ntdll ole32 oleaut32 opengl32 pdh powrprof propsys psapi rpcrt4 secur32',
    'setupapi shcore shell32 shlwapi sspicli synchronization ucrtbase urlmon user32 userenv uxtheme version webio',
    'wer wevtapi winhttp wininet winmm winspool wintrust wldap32 ws2_32 wsock32 wtsapi32',
  ]
    .join(' ')
    .split(' ')
    .map(name => `${name}.dll`),
)
const API_SET = /^(api|ext)-ms-/

/** The libraries that it needs and its system does not bring: they have to come with it. For macOS and Windows. */
export function findOwnLibraries({ os, libraries }: Pick<ArtifactDescription, 'os' | 'libraries'>): string[] {
  const names = (libraries?.needed ?? []).filter(({ by }) => by === null).map(({ name }) => name)
  if (os !== 'windows') return names.filter(name => !OF_MACOS.test(name))
  return names.filter(name => {
    const lower = name.toLowerCase()
    return !OF_WINDOWS.has(lower) && !API_SET.test(lower)
  })
}
