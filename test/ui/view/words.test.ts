/** What is said of recording, of sources, and of keys that came. */
import { describe, expect, it } from 'vitest'
import { initialState, type Recording, type State } from '../../../src/ui/state/model.ts'
import { pressesOf } from '../../../src/ui/view/presses.ts'
import { themeOf } from '../../../src/ui/view/theme.ts'
import { countWords, recordingWords, recordWord } from '../../../src/ui/view/words.ts'

const { glyphs } = themeOf({})
const KNOWN: Recording = { collector: 'yes', required: 'yes', allowed: 'yes' }

describe('whether it is recorded', () => {
  it.each<[Partial<Recording>, string, string, string]>([
    [{}, 'required', '● recorded in the cluster, required', 'good'],
    [{ required: 'unknown' }, 'cluster', '● recorded in the cluster', 'good'],
    [{ collector: 'no' }, 'local', '○ recorded on this machine only', 'pending'],
    [{ collector: 'broken' }, 'down', '○ the collector does not answer', 'bad'],
    [{ collector: 'unknown' }, 'unknown', 'recording unknown', 'faint'],
    [{ allowed: 'no' }, 'denied', '○ you may not exec here', 'bad'],
    // Nobody has answered: nothing is said.
    [{ isPending: true }, '', '…', 'faint'],
  ])('%o is %s in a column', (...[some, word, words, tone]) => {
    const recording = { ...KNOWN, ...some }
    expect(recordWord(recording)).toBe(word)
    expect(recordingWords(recording, glyphs)).toMatchObject({ words, tone })
  })
})

describe('how many there are', () => {
  const place = { context: 'blue', namespace: 'default' }
  const beginning = initialState({ place, contexts: [], homes: {}, size: { columns: 80, rows: 24 }, now: 0 })
  const trouble = { what: 'x', next: 'y' }

  it.each<[Partial<State>, string]>([
    [{}, 'loading…'],
    [{ podsFeed: { type: 'live' } }, '0 pods'],
    [{ podsFeed: { type: 'live', every: 5 } }, '0 pods · every 5 s'],
    [{ podsFeed: { type: 'lost', trouble, retryAt: 0 } }, 'connection lost'],
    [{ podsFeed: { type: 'failed', trouble } }, ''],
    [{ screen: 'search' }, ''],
    [{ screen: 'search', searchText: 'x' }, '0 hits'],
    [{ screen: 'live', sessionsFeed: { type: 'live' } }, '0 live sessions'],
  ])('%o: %s', (some, words) => expect(countWords({ ...beginning, ...some }, glyphs)).toBe(words))
})

describe('keys', () => {
  const none = {
    ...{ upArrow: false, downArrow: false, pageUp: false, pageDown: false, home: false, end: false, return: false },
    ...{ escape: false, backspace: false, delete: false, tab: false, ctrl: false, meta: false },
  }

  it.each([
    ['j', {}, [{ name: 'text', text: 'j' }]],
    // Over a slow link several come at once.
    ['jj\r', {}, [{ name: 'text', text: 'j' }, { name: 'text', text: 'j' }, { name: 'enter' }]],
    ['\x12\x7f\t', {}, [{ name: 'ctrl', letter: 'r' }, { name: 'backspace' }, { name: 'tab' }]],
    ['', { pageDown: true }, [{ name: 'pageDown' }]],
    ['', { delete: true }, [{ name: 'backspace' }]],
    ['o', { ctrl: true }, [{ name: 'ctrl', letter: 'o' }]],
    ['left', { ctrl: true }, []],
    ['q', { meta: true }, []],
  ])('%j with %o', (...[input, key, presses]) => expect(pressesOf(input, { ...none, ...key })).toEqual(presses))
})
