/** A third set: an evening's work. Held back after those of `day.ts` had been mended. */
import { aided, edited, hidden, line, press, type Script } from '../script.ts'
import { EVE_PROGRAMS } from './eve-programs.ts'

const rc = (prompt: string, more = ''): string => `PS1='${prompt}'\nHISTFILE=~/.bash_history\n${more}`
const SSH = `printf "admin@10.1.2.3's password: "; stty -echo; read -r p; stty echo; echo
[ "$p" = "jump host 1" ] || { echo 'Permission denied, please try again.'; printf "admin@10.1.2.3's password: "; stty -echo; read -r p; stty echo; echo; }
exec sh -i
`

const SHELLS: readonly Script[] = [
  {
    name: 'eve-bash-cleanup',
    program: ['bash'],
    lag: 25,
    files: { '.bashrc': rc('\\u@store-1:\\w$ '), 'tmp/a.tmp': 'x', 'tmp/b.tmp': 'y', 'tmp/keep.log': 'z\n' },
    steps: [
      line("find tmp -name '*.tmp' -print | sort"),
      line('du -a tmp | wc -l'),
      aided('\x1b[A\x1b[A\x7f\x7f\x7f\x7fxargs ls -1\r', "find tmp -name '*.tmp' -print | xargs ls -1"),
      edited('rm -v tmp/*.tmp\x01echo \x05\r', 'echo rm -v tmp/*.tmp'),
      aided('\x10\x01\x1bd\x04\r', 'rm -v tmp/*.tmp'),
      aided('cat tmp/k\t && echo yes\r', 'cat tmp/keep.log  && echo yes'),
      line('[ -e tmp/a.tmp ] && echo there || echo gone'),
      aided('\x12du -a\r', 'du -a tmp | wc -l'),
      press('\x12nothing like this\x07'),
      press('\x15'),
      line('exit'),
    ],
  },
  {
    name: 'eve-bash-files',
    program: ['bash'],
    size: { columns: 100, rows: 30 },
    files: { '.bashrc': rc('[\\t $?] \\W\\$ ') },
    steps: [
      {
        keys: 'cat > app.service <<EOF\r[Unit]\rDescription=app\r\r[Service]\rExecStart=/bin/app --port 80\rEOF\r',
        gives: [
          { line: 'cat > app.service <<EOF\n[Unit]\nDescription=app\n\n[Service]\nExecStart=/bin/app --port 80\nEOF' },
        ],
      },
      line("sed -i 's/80/8080/' app.service && grep -n port app.service"),
      line('false'),
      { keys: 'awk \'BEGIN {\rprint "in awk"\r}\'\r', gives: [{ line: 'awk \'BEGIN {\nprint "in awk"\n}\'' }] },
      aided('\x1b[A\r', 'awk \'BEGIN {\nprint "in awk"\n}\''),
      { keys: 'echo first \\\rsecond \\\rthird\r', gives: [{ line: 'echo first \\\nsecond \\\nthird' }] },
      line('for i in 1 2 3; do'),
      press('\x03'),
      line('cat'),
      line('to be read by cat'),
      press('\x04'),
      line('exit'),
    ],
  },
  {
    name: 'eve-ssh-jump',
    program: ['bash'],
    lag: 60,
    files: { '.bashrc': rc('laptop:\\w\\$ ', 'ssh() { PS1="jump\\$ " bash ~/.ssh-like "$@"; }\n'), '.ssh-like': SSH },
    steps: [
      { keys: 'ssh admin@10.1.2.3\r', until: 'password: ', gives: [{ line: 'ssh admin@10.1.2.3' }] },
      hidden('jump-host-1\r'),
      hidden('jump host 1\r'),
      line('cd /tmp'),
      line('df -h . >/dev/null && echo fine'),
      line('exit'),
      line('stty -echo; cat >/dev/null; stty echo'),
      hidden('-----BEGIN KEY-----\r'),
      hidden('bm90IGEga2V5IGF0IGFsbA==\r'),
      press('\x04'),
      line('echo pasted the key'),
      line('exit'),
    ],
  },
  {
    name: 'eve-zsh-plain',
    program: ['zsh', '-f'],
    env: { PS1: '%1~ %# ' },
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n' },
    steps: [
      line('setopt extended_glob'),
      line('print -l *.txt(N)'),
      aided('diff a\t b\t\r', 'diff a.txt b.txt'),
      line('print -z "echo from the buffer stack"'),
      aided('\r', 'echo from the buffer stack'),
      line('echo $(( 16#ff ))'),
      aided('!!\t\r', 'echo $(( 16#ff ))'),
      edited('ehco one\x01\x1b[C\x1b[3~\x1b[C\x1b[C\x1b[D\x05 two\x15echo three\r', 'echo three'),
      line('exit'),
    ],
  },
  {
    name: 'eve-fish-blocks',
    program: ['fish', '-i'],
    lag: 20,
    files: {
      '.config/fish/config.fish': 'set -g fish_greeting\nfunction fish_prompt; echo -n "> "; end\n',
      'x1.txt': '1\n',
      'x2.txt': '2\n',
    },
    steps: [
      line('count *.txt'),
      {
        keys: 'switch (count *.txt)\rcase 2\recho two\rend\r',
        gives: [{ line: 'switch (count *.txt)\ncase 2\necho two\nend' }],
      },
      line('for f in *.txt; cat $f; end'),
      aided('\x1b[A\x1b[A\r', 'switch (count *.txt)\ncase 2\necho two\nend'),
      aided('cat x1\t x2\t\r', 'cat x1.txt  x2.txt'),
      line('echo (math 2 \\* 3)'),
      line('sleep 0.5'),
      line('exit'),
    ],
  },
  {
    name: 'eve-ash-slow',
    program: ['busybox', 'sh'],
    lag: 220,
    env: { PS1: '~ $ ' },
    files: { 'nginx.conf': 'listen 80;\n', 'run/nginx.pid': '1\n' },
    steps: [
      line('cat nginx.conf'),
      edited("sed -i 's/80/81/' ngin.conf\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Dx\r", "sed -i 's/80/81/' nginx.conf"),
      line('nginx -t 2>&1 | head -1'),
      aided('cat run/\t\r', 'cat run/nginx.pid'),
      line('printf "Key: "; read -s k; echo'),
      hidden('evening-key-6\r'),
      { keys: 'sleep 1\r', ahead: true, gives: [{ line: 'sleep 1' }] },
      { keys: 'echo after sleeping\r', gives: [{ line: 'echo after sleeping' }] },
      line('ls run | cat'),
      line('exit'),
    ],
  },
  {
    name: 'eve-dash-loop',
    program: ['dash'],
    env: { PS1: '\\$ ' },
    steps: [
      {
        keys: 'i=0\rwhile [ $i -lt 3 ]; do\r  i=$((i + 1))\r  echo "round $i"\rdone\r',
        gives: [{ line: 'i=0' }, { line: 'while [ $i -lt 3 ]; do\n  i=$((i + 1))\n  echo "round $i"\ndone' }],
      },
      line('set -- a b c; echo $#'),
      line("trap 'echo bye' EXIT"),
      edited('ecoh x\x7f\x7f\x7f\x7fho y\r', 'echo y'),
      line('command -v nothing-here || echo none'),
      line('exit'),
    ],
  },
  {
    name: 'eve-mksh-edit',
    program: ['mksh'],
    env: { PS1: '$ ' },
    files: { '.mkshrc': '' },
    steps: [
      line('alias g=print'),
      line('g aliased'),
      edited('g worng\x7f\x7f\x7f\x7frong\r', 'g wrong'),
      aided('\x10\x10\r', 'g aliased'),
      { keys: 'for x in 1 2; do\rprint $x\rdone\r', gives: [{ line: 'for x in 1 2; do\nprint $x\ndone' }] },
      line('print "a line which goes on for longer than the window is wide, as such lines happen to do"'),
      line('exit'),
    ],
  },
]

const human = (script: Script): Script => ({
  ...script,
  heldBack: true,
  steps: script.steps.map((step) => ({ pace: 40, ...step })),
})

export const EVE: readonly Script[] = [...SHELLS, ...EVE_PROGRAMS].map(human)
