import { setFlagsFromString } from 'node:v8'

/**
 * V8 lets garbage grow with the work done, however little lives at once: the space for new objects doubles, to 128 MiB, when
 * enough of them have lived a moment, and the rest to four times what is alive. So a long recording would take twice the
 * memory of a short one. With this it takes the same, and a tenth more time.
 */
export function keepMemorySteady(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=50')
}
