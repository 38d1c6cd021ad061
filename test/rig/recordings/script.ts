/** What is typed to make one recording, and what a command list must give for it: written down by hand, side by side. */
import type { TerminalSize } from '../../../src/protocol/channel.ts'

export type Expected =
  /** `aided`: history or completion made a part of it, so the input alone cannot tell. */
  | { readonly line: string; readonly aided?: true; readonly exitCode?: number }
  /** `typed`: the keys, Enter left off. */
  | { readonly hidden: true; readonly typed: string }
  | { readonly program: string }

export interface Step {
  readonly keys?: string
  readonly resize?: TerminalSize
  /** What the list gains by this step. */
  readonly gives?: readonly Expected[]
  /** Goes on when the output contains this; by default when nothing came for a while. */
  readonly until?: string
  /** Goes on at once: what follows is typed ahead. */
  readonly ahead?: true
  /** All keys at once, as a paste without brackets is. */
  readonly whole?: true
  /** ms from one key to the next, on average. */
  readonly pace?: number
}

export interface Script {
  readonly name: string
  readonly program: readonly string[]
  readonly size?: TerminalSize
  readonly env?: Readonly<Record<string, string>>
  /** Files in the home folder, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** ms from the terminal to the container and back. */
  readonly lag?: number
  /** What it must give was written, and measured, before anything was mended because of it: docs/command-list.md has both figures. */
  readonly heldBack?: true
  readonly steps: readonly Step[]
}

/** A line that is typed as it stands, and Enter. */
export const line = (text: string): Step => ({ keys: `${text}\r`, gives: [{ line: text }] })

/** Keys that make a line which is not what was typed: edited, or longer than the screen. */
export const edited = (keys: string, text: string): Step => ({ keys, gives: [{ line: text }] })

/** Keys whose line history or completion made. */
export const aided = (keys: string, text: string): Step => ({ keys, gives: [{ line: text, aided: true }] })

/** Keys that make no entry. */
export const press = (keys: string): Step => ({ keys })

export const hidden = (keys: string): Step => ({ keys, gives: [{ hidden: true, typed: keys.replace(/\r$/, '') }] })

/** A line that starts a program which takes the screen. */
export const starts = (text: string, program: string): Step => ({
  keys: `${text}\r`,
  gives: [{ line: text }, { program }],
})
