/**
 * Bytes that a terminal sent, as keys. Names are those of Emacs and readline: `C-a`, `M-b`, `Up`. Cut anywhere between two
 * pushes, the bytes give the same keys.
 */
export type Key =
  /** Characters that a line editor inserts. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'enter' }
  | { readonly type: 'key'; readonly name: string }
  /** What a terminal says by itself: answers, focus, mouse. Nobody typed it. */
  | { readonly type: 'report' }

/** The longest answer of a terminal that is taken for one. */
const LONGEST_REPORT = 1_024

const ESC = 0x1b
const BEL = 0x07

/** `CSI 3 ~` and the like; the number, or the letter of `CSI A` and `SS3 A`. */
const SPECIAL: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  F: 'End',
  H: 'Home',
  Z: 'BackTab',
  1: 'Home',
  3: 'Delete',
  4: 'End',
  7: 'Home',
  8: 'End',
  200: 'PasteStart',
  201: 'PasteEnd',
}

type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'string' | 'string-escape'

export class KeyReader {
  readonly #decoder = new TextDecoder('utf-8')
  #state: State = 'ground'
  /** Of the sequence that has begun. */
  #sequence = ''
  #keys: Key[] = []

  /** `endsEscape`: an escape that comes last was typed by itself; otherwise what comes next is a part of it. */
  push(bytes: Uint8Array, endsEscape = false): Key[] {
    this.#keys = []
    let textStart = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      const isText = this.#state === 'ground' && byte >= 0x20 && byte !== 0x7f
      if (isText) continue
      this.#text(bytes.subarray(textStart, at))
      this.#take(byte)
      textStart = at + 1
    }
    this.#text(bytes.subarray(textStart))
    if (endsEscape && this.#state === 'escape') {
      this.#state = 'ground'
      this.#key('Escape')
    }
    return this.#keys
  }

  #text(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#insert(this.#decoder.decode(bytes, { stream: true }))
  }

  #insert(text: string): void {
    if (text !== '') this.#keys.push({ type: 'text', text })
  }

  #take(byte: number): void {
    switch (this.#state) {
      case 'ground':
        return this.#ground(byte)
      case 'escape':
        return this.#escape(byte)
      case 'ss3':
        return this.#special(String.fromCharCode(byte))
      case 'csi':
        return this.#csi(byte)
      case 'string':
      case 'string-escape':
        return this.#string(byte)
    }
  }

  #ground(byte: number): void {
    // A character that was begun and not ended is one that cannot be shown.
    this.#insert(this.#decoder.decode())
    if (byte === ESC) this.#state = 'escape'
    else this.#keys.push(controlKey(byte))
  }

  #escape(byte: number): void {
    const character = String.fromCharCode(byte)
    this.#sequence = ''
    this.#state = 'ground'
    if (byte === ESC) this.#state = 'escape'
    else if (character === '[') this.#state = 'csi'
    else if (character === 'O') this.#state = 'ss3'
    else if (']P_^X'.includes(character)) this.#state = 'string'
    else if (byte >= 0x80) this.#key('M-?')
    else this.#key(byte >= 0x20 && byte < 0x7f ? `M-${character}` : `M-${nameOf(controlKey(byte))}`)
  }

  #csi(byte: number): void {
    if (byte < 0x20) return this.#giveUp(byte)
    const character = String.fromCharCode(byte)
    if (byte >= 0x40 && byte <= 0x7e && !(this.#sequence === '' && character === '[')) return this.#special(character)
    this.#sequence += character
    if (this.#sequence.length > LONGEST_REPORT) this.#giveUp(byte)
  }

  /** The end of `CSI …` or `SS3 …`. */
  #special(final: string): void {
    const parameters = this.#sequence
    this.#state = 'ground'
    const isReport = /^[?<>=]/.test(parameters) || (parameters !== '' && 'RcntuyMm'.includes(final))
    if (isReport || 'IO'.includes(final) || final === 'M') this.#keys.push({ type: 'report' })
    else if (parameters.includes(';')) this.#key(modified(parameters, final))
    else this.#key(SPECIAL[final === '~' ? parameters : final] ?? `CSI ${final}`)
  }

  /** Answers of terminals are short and without controls; what is not was typed, and is shown. */
  #string(byte: number): void {
    const isEnd = byte === BEL || (this.#state === 'string-escape' && byte === 0x5c)
    if (isEnd) {
      this.#state = 'ground'
      this.#keys.push({ type: 'report' })
    } else if (this.#state === 'string-escape') {
      this.#abandon()
      this.#escape(byte)
    } else if (byte === ESC) this.#state = 'string-escape'
    else if (byte < 0x20 || byte === 0x7f || this.#sequence.length >= LONGEST_REPORT) this.#giveUp(byte)
    else this.#sequence += String.fromCharCode(byte)
  }

  #giveUp(byte: number): void {
    this.#abandon()
    if (byte >= 0x20 && byte !== 0x7f) this.#text(Uint8Array.of(byte))
    else this.#ground(byte)
  }

  #abandon(): void {
    this.#state = 'ground'
    this.#key('M-?')
    this.#insert(Buffer.from(this.#sequence, 'latin1').toString())
    this.#sequence = ''
  }

  #key(name: string): void {
    this.#keys.push({ type: 'key', name })
  }
}

function controlKey(byte: number): Key {
  if (byte === 0x0d || byte === 0x0a) return { type: 'enter' }
  if (byte === 0x7f) return { type: 'key', name: 'Backspace' }
  return { type: 'key', name: `C-${String.fromCharCode(byte + 0x40).toLowerCase()}` }
}

const nameOf = (key: Key): string => (key.type === 'key' ? key.name : 'Enter')

/** `CSI 1 ; 5 C` is Ctrl-Right: a word on, as Alt-F is. */
function modified(parameters: string, final: string): string {
  const [number = '', modifier = ''] = parameters.split(';')
  const name = SPECIAL[final === '~' ? number : final]
  if (name === 'Left') return 'M-b'
  if (name === 'Right') return 'M-f'
  return name === undefined ? `CSI ${final}` : `${name};${modifier.slice(0, 2)}`
}
