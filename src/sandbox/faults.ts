import { faultsOf } from '../protocol/fault.ts'

export const SANDBOX_FAULTS = {
  KAE_SANDBOX_FOLDER: {
    exit: 1,
    summary: 'the sandbox cannot use its folder',
    next: 'give a folder of your own that you can write to, or leave it out',
  },
  KAE_SANDBOX_NO_PTY: {
    exit: 1,
    http: 501,
    summary: 'the optional package @lydell/node-pty is missing, so the sandbox has no terminals',
    next: 'install @lydell/node-pty beside this program, or run a command without -t',
  },
  KAE_SANDBOX_PLATFORM: {
    exit: 1,
    summary: 'the sandbox runs POSIX shells and there are none on this platform',
    next: 'run it on Linux or macOS, or under WSL',
  },
} as const

export const fault = faultsOf(SANDBOX_FAULTS)
