/** The terminal's keys for the screen alone: a session that follows reads the same terminal by its own descriptor. */
import { closeSync, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { fault } from './faults.ts'

const DEVICE = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty'

/** A stream of its own, to be destroyed when the terminal is somebody else's. @throws Fault KAE_UI_NO_TERMINAL */
export function openKeyboard(): ReadStream {
  let descriptor: number
  try {
    descriptor = openSync(DEVICE, 'r+')
  } catch (cause) {
    throw fault('KAE_UI_NO_TERMINAL', { detail: (cause as Error).message, cause })
  }
  try {
    return new ReadStream(descriptor)
  } catch (cause) {
    closeSync(descriptor)
    throw fault('KAE_UI_NO_TERMINAL', { detail: (cause as Error).message, cause })
  }
}
