import { faultsOf } from '../protocol/fault.ts'

export const SANDBOX_FAULTS = {
  KAE_SANDBOX_FOLDER: {
    exit: 1,
    summary: 'The sandbox cannot use its folder',
    next: 'Give it a folder of your own that you can write to, or none.',
  },
  KAE_SANDBOX_NO_PTY: {
    exit: 1,
    http: 501,
    summary: 'The optional package @lydell/node-pty is missing, so the sandbox has no terminals',
    next: 'Install @lydell/node-pty beside this program, or run a command without -t.',
  },
  KAE_SANDBOX_PLATFORM: {
    exit: 1,
    summary: 'The sandbox runs POSIX shells, and there are none on this platform',
    next: 'Run it on Linux or macOS, or under WSL.',
  },
} as const

export const fault = faultsOf(SANDBOX_FAULTS)
