/** These were held back once, until the faults that they had shown were mended. */
import { aided, edited, hidden, line, press, type Script, starts } from '../script.ts'

export const HELD_BEFORE: readonly Script[] = [
  {
    name: 'held-bash',
    program: ['bash', '--norc', '--noprofile'],
    size: { columns: 72, rows: 18 },
    lag: 70,
    env: { PS1: '\\[\\e[33m\\]ops\\[\\e[0m\\] in \\[\\e[35m\\]\\w\\[\\e[0m\\] λ ' },
    files: { 'inventory.csv': 'a,1\nb,2\nc,3\n', Makefile: 'all:\n\techo built\n' },
    steps: [
      line('cut -d, -f2 inventory.csv | paste -sd+ | tr + -'),
      line('printf "%s\\n" one two three >> list.txt; wc -l list.txt'),
      edited('echo second first\x1bb\x14\x15echo again\r', 'echo againirst'),
      aided('sort -t, -k2nr inv\t\r', 'sort -t, -k2nr inventory.csv'),
      { keys: 'case $HOME in\r/*) echo abs;;\resac\r', gives: [{ line: 'case $HOME in\n/*) echo abs;;\nesac' }] },
      line('read -s -p "PIN " pin; echo'),
      hidden('4711-0815\r'),
      aided('\x12wc\r', 'printf "%s\\n" one two three >> list.txt; wc -l list.txt'),
      starts('less -S inventory.csv', 'less'),
      press('q'),
      line('true && echo "a line that is a good deal longer than seventy-two columns, so it wraps" | wc -w'),
      press('no, not this\x03'),
      { resize: { columns: 110, rows: 30 } },
      line('rm -f list.txt'),
      line('logout 2>/dev/null || exit'),
    ],
  },
  {
    name: 'held-zsh',
    program: ['zsh', '-i'],
    lag: 40,
    files: {
      '.zshrc': "PROMPT='%B%1~%b ➜ '\nautoload -U compinit; compinit -u -D\nbindkey -e\n",
      'only-one.md': 'text\n',
    },
    steps: [
      line('print -l a b c'),
      aided('wc -c on\t\r', 'wc -c only-one.md'),
      edited('echo 12345\x1b[D\x1b[D\x7f\x7f\r', 'echo 145'),
      {
        keys: 'while read -r l\rdo echo "<$l>"\rdone < only-one.md\r',
        gives: [{ line: 'while read -r l\ndo echo "<$l>"\ndone < only-one.md' }],
      },
      aided('\x12print\r', 'print -l a b c'),
      line('read -s "?Passphrase: "'),
      hidden('open sesame\r'),
      line('cd /'),
      line('cd -'),
      line('exit'),
    ],
  },
  {
    name: 'held-fish',
    program: ['fish', '-i'],
    lag: 25,
    files: {
      '.config/fish/config.fish':
        'set -g fish_greeting\nfunction fish_prompt; set_color red; echo -n "["(prompt_pwd)"] "; set_color normal; end\n',
    },
    steps: [
      line('echo start'),
      line('string upper abc'),
      { keys: 'while true\recho once\rbreak\rend\r', gives: [{ line: 'while true\necho once\nbreak\nend' }] },
      edited('count 1 2 3\x01echo \x05 4\r', 'echo count 1 2 3 4'),
      aided('\x1b[A\x1b[A\x1b[A\r', 'string upper abc'),
      line('exit'),
    ],
  },
  {
    name: 'held-sqlite',
    program: ['sqlite3'],
    steps: [
      { gives: [{ line: 'sqlite3' }] },
      line('.headers on'),
      { keys: 'create table t(\rid int,\rname text);\r', gives: [{ line: 'create table t(\nid int,\nname text);' }] },
      line("insert into t values (1, 'x');"),
      line('select * from t;'),
      aided('\x1b[A\r', 'select * from t;'),
      line('.quit'),
    ],
  },
  {
    name: 'held-python',
    program: ['bash', '--norc', '--noprofile'],
    files: {
      'ask.py': 'import getpass\nname = input("User: ")\nsecret = getpass.getpass("Secret: ")\nprint("hello", name)\n',
    },
    steps: [
      { keys: 'python3 ask.py\r', gives: [{ line: 'python3 ask.py' }], until: 'User: ' },
      line('maria'),
      hidden('tops3cret!\r'),
      { keys: 'python3 -q\r', gives: [{ line: 'python3 -q' }], until: '>>> ' },
      {
        keys: 'with open("ask.py") as f:\r    n = len(f.read())\r\r',
        gives: [{ line: 'with open("ask.py") as f:\n    n = len(f.read())' }],
      },
      line('n > 10'),
      aided('\x1b[A\r', 'n > 10'),
      line('exit()'),
      line('exit'),
    ],
  },
]
