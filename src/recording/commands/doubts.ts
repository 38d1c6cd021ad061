/** Why a line may be wrong, in the words that stand in `doubts`. */
export const DOUBTS = {
  history: 'a key took a line from the history: what it was is not in the input',
  completion: 'a key completed a word: what it added is not in the input',
  unknownKey: 'a key was pressed whose effect is not known here',
  ambiguousKey: 'a key was pressed that shells take differently',
  notUtf8: 'bytes were typed that are not UTF-8',
  tooLong: 'the line is longer than what is kept',
  noPrompt: 'no prompt stood before it: a program may have read it',
  differs: 'the keys that were typed give another line than the one that stood on the screen',
  notSeen: 'it was not seen on the screen when the record ended',
  interrupted: 'it was interrupted before it was complete',
  piped: 'it came to a shell through a pipe: an earlier line may have read it',
  program: 'a program that takes the whole screen was started before: it may have read it',
  multiplexed: 'it was read inside of a terminal multiplexer, which paints several terminals on one',
  withheld: 'a part of the record is withheld',
  noOpening: 'the record does not say how the session was opened',
  more: 'more lines followed than what is listed',
} as const
