/**
 * The whole state of an emulator, copied. @xterm/headless has no door for that; its own objects have `clone`, and the
 * shapes below are those of its exact version in package.json. A test compares random recordings with and without copies.
 */
import type * as Headless from '@xterm/headless'
import type { TerminalSize } from '../protocol/channel.ts'

export interface Snapshot {
  readonly size: TerminalSize
  readonly normal: BufferState
  /** Of the alternate screen, where a program has it. */
  readonly alternate: BufferState | undefined
  readonly core: CoreState
  /** What it may still ask for: see screen-limits.ts. */
  readonly units: number
}

interface Cloneable {
  clone(): this
}

interface Lines {
  length: number
  get(index: number): Cloneable | undefined
  set(index: number, line: Cloneable): void
}

interface Cursor {
  x: number
  y: number
  ybase: number
  ydisp: number
  scrollTop: number
  scrollBottom: number
  savedX: number
  savedY: number
  savedCharset: unknown
}

interface InnerBuffer extends Cursor {
  savedCurAttrData: Cloneable
  tabs: Record<number, boolean | undefined>
  readonly lines: Lines
}

interface BufferState extends Cursor {
  readonly savedCurAttrData: Cloneable
  readonly tabs: Record<number, boolean | undefined>
  readonly rows: readonly Cloneable[]
}

interface CoreState {
  readonly attributes: Cloneable
  readonly precedingJoinState: number
  readonly modes: object
  readonly decPrivateModes: object
  readonly isCursorHidden: boolean
  readonly charset: unknown
  readonly glevel: number
  readonly charsets: readonly unknown[]
}

interface Core {
  readonly _bufferService: {
    readonly buffers: {
      readonly normal: InnerBuffer
      readonly alt: InnerBuffer
      readonly active: InnerBuffer
      activateAltBuffer(): void
    }
  }
  readonly _inputHandler: {
    _curAttrData: Cloneable
    readonly _parser: { readonly currentState: number; precedingJoinState: number }
    readonly _utf8Decoder: { readonly interim: Uint8Array }
  }
  readonly coreService: { modes: object; decPrivateModes: object; isCursorHidden: boolean }
  readonly _charsetService: { charset: unknown; glevel: number; _charsets: readonly unknown[] }
}

const coreOf = (terminal: Headless.Terminal): Core => (terminal as unknown as { readonly _core: Core })._core

/** The public door does not tell whether a program has hidden the cursor. */
export const isCursorHidden = (terminal: Headless.Terminal): boolean => coreOf(terminal).coreService.isCursorHidden

/** The parser's ground state (Williams' state diagram), and no half of a character in the decoder. */
export function isBetweenSequences(terminal: Headless.Terminal): boolean {
  const { _parser: parser, _utf8Decoder: decoder } = coreOf(terminal)._inputHandler
  return parser.currentState === 0 && decoder.interim[0] === 0
}

export function snapshotOf(terminal: Headless.Terminal, units: number): Snapshot {
  const { _bufferService, _inputHandler, coreService, _charsetService } = coreOf(terminal)
  const { normal, alt, active } = _bufferService.buffers
  return {
    units,
    size: { columns: terminal.cols, rows: terminal.rows },
    normal: bufferState(normal),
    alternate: active === alt ? bufferState(alt) : undefined,
    core: {
      attributes: _inputHandler._curAttrData.clone(),
      precedingJoinState: _inputHandler._parser.precedingJoinState,
      modes: { ...coreService.modes },
      decPrivateModes: { ...coreService.decPrivateModes },
      isCursorHidden: coreService.isCursorHidden,
      charset: _charsetService.charset,
      glevel: _charsetService.glevel,
      charsets: [..._charsetService._charsets],
    },
  }
}

/** Gives a new terminal of the snapshot's size its state. The snapshot stays as it is and serves again. */
export function setBack(terminal: Headless.Terminal, { normal, alternate, core }: Snapshot): void {
  const { _bufferService, _inputHandler, coreService, _charsetService } = coreOf(terminal)
  const { buffers } = _bufferService
  setBuffer(buffers.normal, normal)
  if (alternate !== undefined) {
    buffers.activateAltBuffer()
    setBuffer(buffers.alt, alternate)
    // Switching has copied the cursor, and may not change where the normal screen's was.
    setBuffer(buffers.normal, normal)
  }
  _inputHandler._curAttrData = core.attributes.clone()
  _inputHandler._parser.precedingJoinState = core.precedingJoinState
  coreService.modes = { ...core.modes }
  coreService.decPrivateModes = { ...core.decPrivateModes }
  coreService.isCursorHidden = core.isCursorHidden
  _charsetService.charset = core.charset
  _charsetService.glevel = core.glevel
  _charsetService._charsets = [...core.charsets]
}

const cursorOf = (from: Cursor): Cursor => {
  const { x, y, ybase, ydisp, scrollTop, scrollBottom, savedX, savedY, savedCharset } = from
  return { x, y, ybase, ydisp, scrollTop, scrollBottom, savedX, savedY, savedCharset }
}

const bufferState = (buffer: InnerBuffer): BufferState => ({
  ...cursorOf(buffer),
  savedCurAttrData: buffer.savedCurAttrData.clone(),
  tabs: { ...buffer.tabs },
  rows: Array.from({ length: buffer.lines.length }, (_, index) => buffer.lines.get(index)).flatMap((line) =>
    line === undefined ? [] : [line.clone()],
  ),
})

function setBuffer(buffer: InnerBuffer, state: BufferState): void {
  Object.assign(buffer, cursorOf(state))
  buffer.savedCurAttrData = state.savedCurAttrData.clone()
  buffer.tabs = { ...state.tabs }
  buffer.lines.length = state.rows.length
  state.rows.forEach((line, index) => {
    buffer.lines.set(index, line.clone())
  })
}

/** About how many bytes a snapshot takes: 12 for a cell, and as much again for all that is around them. */
export const snapshotBytes = ({ size, alternate }: Snapshot): number =>
  size.columns * size.rows * 14 * (alternate === undefined ? 1 : 2) + 8_000
