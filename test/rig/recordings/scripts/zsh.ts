import { aided, edited, hidden, line, press, type Script } from '../script.ts'

const ZSH_PROGRAM = ['zsh', '-i']
const zshrc = (more = ''): Record<string, string> => ({
  '.zshrc': `PROMPT='dev@web-0 %~ %# '\nautoload -U compinit; compinit -u -D\nbindkey -e\n${more}`,
})

export const ZSH: readonly Script[] = [
  {
    name: 'zsh-plain',
    program: ZSH_PROGRAM,
    files: { ...zshrc(), 'notes.txt': 'one\ntwo\n' },
    steps: [
      line('echo hello'),
      line('cat notes.txt'),
      edited('ecoh\x7f\x7fho hi\r', 'echo hi'),
      edited('echo ac\x1b[Db\r', 'echo abc'),
      aided('\x1b[A\r', 'echo abc'),
      aided('\x12notes\r', 'cat notes.txt'),
      aided('cat no\t\r', 'cat notes.txt '),
      line('echo 漢字 wide'),
      line('printf "no newline"'),
      line('echo after'),
      { keys: 'for i in 1 2; do\recho $i\rdone\r', gives: [{ line: 'for i in 1 2; do\necho $i\ndone' }] },
      aided('\x1b[A\r', 'for i in 1 2; do\necho $i\ndone'),
      line('read -s "secret?Password: "'),
      hidden('hunter2\r'),
      press('thrown away\x03'),
      line('exit'),
    ],
  },
  {
    name: 'zsh-rprompt',
    program: ZSH_PROGRAM,
    files: { ...zshrc("PROMPT='%F{green}web-0%f %B%#%b '\nRPROMPT='[right %~]'\n"), 'alpha-1': '', 'alpha-2': '' },
    steps: [
      line('echo hello'),
      line('ls alpha-1'),
      line('echo aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii'),
      aided('ls al\t\t2\r', 'ls alpha-2'),
      aided('\x12echo h\r', 'echo hello'),
      edited('\x1b[200~echo a\necho b\x1b[201~\r', 'echo a\necho b'),
      { resize: { columns: 60, rows: 20 } },
      line('echo narrower'),
      line('exit'),
    ],
  },
  {
    name: 'zsh-osc133-lag',
    program: ZSH_PROGRAM,
    lag: 60,
    files: zshrc(
      "precmd() { print -Pn '\\e]133;D;%?\\a\\e]133;A\\a' }\npreexec() { print -n '\\e]133;C\\a' }\nPROMPT=$'%F{blue}%~%f\\n%% %{\\e]133;B\\a%}'\n",
    ),
    steps: [
      { keys: '', until: '133;B' },
      { keys: 'true\r', gives: [{ line: 'true', exitCode: 0 }] },
      { keys: '(exit 3)\r', gives: [{ line: '(exit 3)', exitCode: 3 }] },
      { keys: 'echo "a\rb"\r', gives: [{ line: 'echo "a\nb"', exitCode: 0 }] },
      // The second key moves up inside of the line of two rows.
      { keys: '\x1b[A\x1b[A\r', gives: [{ line: 'echo "a\nb"', aided: true, exitCode: 0 }] },
      { keys: 'cat\r', gives: [{ line: 'cat', exitCode: 0 }] },
      line('said to cat'),
      press('\x04'),
      line('exit'),
    ],
  },
]
