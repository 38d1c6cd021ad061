import type { Script } from './script.ts'
import { BASH } from './scripts/bash.ts'
import { BUSYBOX } from './scripts/busybox.ts'
import { DAY } from './scripts/day.ts'
import { EVE } from './scripts/eve.ts'
import { FISH } from './scripts/fish.ts'
import { HELD_BACK } from './scripts/held-back.ts'
import { HELD_BEFORE } from './scripts/held-before.ts'
import { LAST } from './scripts/last.ts'
import { LATER } from './scripts/later.ts'
import { MIXED } from './scripts/mixed.ts'
import { NIGHT } from './scripts/night.ts'
import { PROGRAMS } from './scripts/programs.ts'
import { PROMPTS } from './scripts/prompts.ts'
import { WORK } from './scripts/work.ts'
import { ZSH } from './scripts/zsh.ts'

export const SCRIPTS: readonly Script[] = [
  ...BASH,
  ...BUSYBOX,
  ...ZSH,
  ...FISH,
  ...PROMPTS,
  ...PROGRAMS,
  ...MIXED,
  ...WORK,
  ...HELD_BEFORE,
  ...LATER,
  ...LAST,
  ...HELD_BACK,
  ...NIGHT,
  ...DAY,
  ...EVE,
]
