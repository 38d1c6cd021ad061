/** Text of another machine, without what could drive a terminal, and not longer than a person reads. */
export const printable = (text: string, limit = 4000): string =>
  text.replace(/[\p{Zl}\p{Zp}]|[^\P{C}\n\t]/gu, '\u{fffd}').slice(0, limit)
