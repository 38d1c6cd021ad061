/** What bounds memory and time, whatever was recorded. Whoever is cut short says so in its doubts. */

/** Characters of one command. */
export const LONGEST_LINE = 16_384

/** Longer ones are not looked at on the screen while they are typed: each look costs the whole line. */
export const LONGEST_WATCHED = 512

/** Characters that editing may move at first, and for each that is typed. */
export const FIRST_CREDIT = 1_000_000
export const CREDIT_OF_KEY = 256

/** Entries of one list. */
export const MOST_ENTRIES = 100_000

/** Lines that were entered and are still looked for on the screen. */
export const MOST_PENDING = 4_096

/** Of these, how many one line on the screen is compared with. */
export const MOST_COMPARED = 8

/** Lines on the screen that one entered line is compared with. */
export const MOST_LOOKS = 2_000

/** Prompts that are remembered. */
export const MOST_PROMPTS = 16
