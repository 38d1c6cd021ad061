/**
 * Which lines may be passwords, from the keys alone: nobody can tell there whether the terminal echoed. The line after a command that
 * asks for one is not shown. What comes after it may answer the question again (a wrong one, the same once more, the next
 * one's), so of the next lines those are not shown either that look like no command; and what looks like a strong password is
 * not shown wherever it was typed. To hide too much does less harm.
 */

/** Where a command begins in a line. */
const HERE = String.raw`(?:^|[|;&({]\s*|\b(?:then|do|else|exec|time|command|env)\s+)(?:\w+=\S*\s+){0,9}`

/** They ask as their first thing. */
const ASKS = new RegExp(
  [
    String.raw`${HERE}(su|doas|passwd|ssh|scp|sftp|sshpass|ssh-(keygen|add|copy-id)|kinit|kadmin|cryptsetup|sshfs|sudoedit|visudo|pkexec|run0|mount\.cifs|smbclient|ftp|telnet|systemd-ask-password|htpasswd|keytool|gpg2?|pass|ansible-vault|openvpn|createuser)\b`,
    String.raw`\b(docker|podman|nerdctl|crane|skopeo|buildah|helm|registry|npm|yarn|oc|vault|az|gh|glab|auth|argocd|bw|op|heroku|sso) (login|signin|unlock|adduser)\b`,
    String.raw`\bopenssl (passwd|enc|gen\w+|[ps]?rsa\w*|pkcs\w+|pkey|ec|req|ca|x509|dsa\w*|cms|smime)\b`,
    // Options that make a program ask.
    String.raw`\b(mysql|mariadb|mongo)\w*(-dump|-admin)?\b.*\s(-\w*p|--password)(\s|$)`,
    String.raw`\b(psql|pg_\w+|createdb|dropdb|ldap\w+)\b.*\s-\w*W`,
    String.raw`\bcurl\b.*\s(-\w*u|--user|--proxy-user|-U)\s*[^\s:]+(\s|$)|\bwget\b.*--ask-password`,
    String.raw`\b(zip\b.*\s(-\w*e|--encrypt)|7z\w?\b.*\s-p)\w*(\s|$)|\bunzip\b`,
    String.raw`\bansible\S*\b.*(\s-[kK]\b|--ask-)|\bredis-cli\b.*--askpass|\brsync\b.*\s\S+:\S`,
    // What reads without echo.
    String.raw`\bread\b.*\s-\w*s|\bstty\s+.*-echo|getpass\w*\s*\(|readpassword|noecho|\\password\b`,
  ].join('|'),
  'i',
)
const SUDO = new RegExp(String.raw`${HERE}sudo\b`)
/** They ask where nothing else tells them: mostly they do not. */
const MAY_ASK =
  /\bgit\b.*\b(clone|push|pull|fetch|ls-remote|submodule)\b|\baws configure\b|\b(twine|npm publish|svn|hg)\b|passw|passphrase|login|signin|unlock|credential|\b(pin|otp|2fa|mfa)\b/i

/** After a password so many more lines may be one. */
const LINES_AFTER = 3
/** Of one session. */
const MOST_ANSWERS = 64
/** Said before the password is asked for. */
const CONSENT = /^\s*(y|yes|n|no|)\s*$/i

/** One word that is no usual command: letters of several kinds, and not what stands for a path, a variable or an option. */
function looksLikeSecret(line: string): boolean {
  const word = line.trim()
  if (word.length < 4 || /\s|^\w+\(/.test(word) || /^(\.{0,2}\/|~|[-$#!%\\:/])/.test(word)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(word)).length
  return kinds >= 2 && !/^[a-z]+([-_.][a-z]+)*$/.test(word)
}

/** Such a word is no answer to a usual question either: wherever it was typed, it may be a secret. */
function isSecretAnywhere(line: string): boolean {
  const word = line.trim()
  if (word.length < 8 || !looksLikeSecret(word) || /[/(){}[\]<>"'`]|^\w+=|\.\w{1,4}$/.test(word)) return false
  return [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(word)).length >= 3
}

export class PasswordQuestions {
  /** So many lines that are entered next are surely answers. */
  #certain = 0
  /** So many after them may be. */
  #likely = 0
  /** sudo asks once and remembers it for a time. */
  #wasSudo = false
  readonly #answers = new Set<string>()

  /** Whether what was entered may be a password. */
  entered(line: string): boolean {
    const text = line.slice(0, 1_000)
    if (this.#isAnswer(text)) {
      if (this.#certain > 0) this.#likely = LINES_AFTER
      this.#certain = Math.max(this.#certain - 1, 0)
      if (this.#answers.size < MOST_ANSWERS) this.#answers.add(text)
      return true
    }
    if (this.#certain > 0) return false
    this.#likely = Math.max(this.#likely - 1, 0)
    this.#asks(text)
    return false
  }

  /** Ctrl-C: the question is gone. */
  interrupted(): void {
    this.#certain = 0
  }

  #isAnswer(text: string): boolean {
    if (text.trim() === '') return false
    if (this.#certain > 0) return !CONSENT.test(text)
    if (isSecretAnywhere(text)) return true
    const isSecret = looksLikeSecret(text)
    return this.#likely > 0 ? isSecret || this.#answers.has(text) : isSecret && this.#answers.has(text)
  }

  #asks(text: string): void {
    const reads = text.match(/\bread\b[^;|&]*\s-\w*s/g)?.length ?? 0
    if (ASKS.test(text)) this.#certain = Math.max(reads, 1)
    else if (SUDO.test(text)) {
      if (this.#wasSudo) this.#likely = LINES_AFTER
      else this.#certain = 1
      this.#wasSudo = true
    } else if (MAY_ASK.test(text)) this.#likely = LINES_AFTER
  }
}
