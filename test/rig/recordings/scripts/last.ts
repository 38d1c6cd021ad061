/** Held back after those of `later.ts`, in the same way. */
import { aided, edited, hidden, line, press, type Script, starts } from '../script.ts'
import { LAST_PROMPTS } from './last-prompts.ts'

const BASH_PROGRAM = ['bash', '--norc', '--noprofile']

const SHELLS: readonly Script[] = [
  {
    name: 'last-bash',
    program: BASH_PROGRAM,
    lag: 15,
    env: { PS1: '\\t \\[\\e[1m\\]web\\[\\e[0m\\]:\\W (main)\\$ ' },
    files: { 'a/b/c.conf': 'x\n', 'notes.md': '# n\n' },
    steps: [
      line('ls -1 | head -2'),
      aided('cat a\tb\tc\t\r', 'cat a/b/c.conf'),
      line('echo $?; date +%Z > /dev/null'),
      edited('git psuh\x1b[D\x1b[D\x1b[D\x7f\x7f\x15\x0becho killed\r', 'echo killed'),
      { keys: 'bash --norc\r', gives: [{ line: 'bash --norc' }] },
      line('PS1="inner> "'),
      line('echo deep'),
      {
        keys: 'if [ -f notes.md ]\rthen\rcat notes.md\rfi\r',
        gives: [{ line: 'if [ -f notes.md ]\nthen\ncat notes.md\nfi' }],
      },
      line('exit'),
      edited('\x12deep\x07\x15echo back\r', 'echo back'),
      line('read -rsp "Enter passphrase for key: " k; echo'),
      hidden('correct-horse-1\r'),
      { keys: 'echo p1\recho p2\recho p3\r', gives: [{ line: 'echo p1' }, { line: 'echo p2' }, { line: 'echo p3' }] },
      edited('\x1b[200~for i in 1 2\ndo\n  echo "n $i"\ndone\x1b[201~\r', 'for i in 1 2\ndo\n  echo "n $i"\ndone'),
      starts('vim -u NONE notes.md', 'vim'),
      press(':q\r'),
      line('echo Ελληνικά и кириллица 中文字'),
      line('exit'),
    ],
  },
  {
    name: 'last-zsh-slow',
    program: ['zsh', '-i'],
    lag: 250,
    files: {
      '.zshrc': "PROMPT=$'%F{cyan}%~%f\\n❯ '\nautoload -U compinit; compinit -u -D\nbindkey -e\n",
      'one-file.log': 'l\n',
    },
    steps: [
      line('echo up'),
      aided('tail one\t\r', 'tail one-file.log'),
      {
        keys: 'while read l\rdo echo "=$l"\rdone < one-file.log\r',
        gives: [{ line: 'while read l\ndo echo "=$l"\ndone < one-file.log' }],
      },
      line('read -s "?Password for root: "'),
      hidden('slow-pw-8\r'),
      aided('\x1b[A\x1b[A\r', 'while read l\ndo echo "=$l"\ndone < one-file.log'),
      edited('echo wrnog\x7f\x7f\x7f\x7frong\r', 'echo wrong'),
      line('exit'),
    ],
  },
  {
    name: 'last-zsh-vi',
    program: ['zsh', '-i'],
    lag: 20,
    files: { '.zshrc': "PROMPT='%m-box %# '\n" },
    steps: [
      line('bindkey -v'),
      press('echo red green blue\x1b'),
      { keys: 'bbcwyellow\r', gives: [{ line: 'echo red yellow blue' }] },
      press('echo x\x1b'),
      { keys: 'ccprint done\r', gives: [{ line: 'print done' }] },
      press('\x1b'),
      aided('kkA too\r', 'echo red yellow blue too'),
      line('exit'),
    ],
  },
  {
    name: 'last-fish',
    program: ['fish', '-i'],
    lag: 100,
    size: { columns: 70, rows: 20 },
    files: {
      '.config/fish/config.fish':
        'set -g fish_greeting\nfunction fish_prompt; echo -n (prompt_pwd)" > "; end\nfunction fish_right_prompt; date +%H:%M; end\n',
      'table.tsv': 'a\tb\n',
    },
    steps: [
      line('set -l x 5; echo $x'),
      aided('wc tab\t\r', 'wc table.tsv'),
      {
        keys: 'for i in 1 2\rif test $i = 1\recho one\relse\recho other\rend\rend\r',
        gives: [{ line: 'for i in 1 2\nif test $i = 1\necho one\nelse\necho other\nend\nend' }],
      },
      line('echo "日本" | string length'),
      line('read -s -P "pin> " pin'),
      hidden('1357-fish\r'),
      edited('echo abc def\x17xyz\r', 'echo abc xyz'),
      press('forget it\x03'),
      { resize: { columns: 50, rows: 15 } },
      line('echo what is written here goes over the edge of fifty columns'),
      line('exit'),
    ],
  },
]

export const LAST: readonly Script[] = [...SHELLS, ...LAST_PROMPTS].map((script) => ({ ...script, heldBack: true }))
