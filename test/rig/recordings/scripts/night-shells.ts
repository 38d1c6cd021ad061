/** Other shells, held back with `night-bash.ts`. */
import { aided, edited, hidden, line, press, type Script, starts } from '../script.ts'

const HISTFILE = 'HISTFILE=~/.zsh_history\nSAVEHIST=1000\nHISTSIZE=1000\nsetopt inc_append_history\n'
const COMPLETION = 'autoload -U compinit; compinit -u -D\n'

const ZSH: readonly Script[] = [
  {
    name: 'night-zsh-git',
    program: ['zsh', '-i'],
    lag: 40,
    size: { columns: 110, rows: 30 },
    files: {
      '.zshrc': `setopt prompt_subst\nPROMPT='%F{cyan}%1~%f $(git branch --show-current 2>/dev/null) %(?.%F{green}.%F{red})❯%f '\nRPROMPT='%F{8}%*%f'\nbindkey -e\n${HISTFILE}${COMPLETION}export GIT_AUTHOR_NAME=d GIT_AUTHOR_EMAIL=d@x GIT_COMMITTER_NAME=d GIT_COMMITTER_EMAIL=d@x GIT_PAGER=cat\n`,
      'src/handler.go': 'package main\n',
      'src/handler_test.go': 'package main\n',
      'README.md': '# x\n',
    },
    steps: [
      line('git init -q -b main && git add -A'),
      line('git commit -qm "it works, at last"'),
      aided('vim src/h\x7f\x7f\x7f\x7f\x7f\x01\x0bwc -l READ\t\r', 'wc -l README.md'),
      aided('cat src/han\t_t\t\r', 'cat src/handler_test.go'),
      line('false'),
      line('git status -sb; print -n no newline here'),
      line('for f in src/*.go; do echo $f:t; done'),
      aided('\x10\x10\r', 'git status -sb; print -n no newline here'),
      aided('git comm\x12works\r', 'git commit -qm "it works, at last"'),
      press('git push --force\x03'),
      line('echo "unclosed'),
      press('\x03'),
      line('exit'),
    ],
  },
  {
    name: 'night-zsh-paste',
    program: ['zsh', '-i'],
    files: { '.zshrc': `PROMPT='%n@prod:%~ %# '\nbindkey -e\n${HISTFILE}` },
    steps: [
      edited(
        '\x1b[200~kubectl() { print k "$@" }\nkubectl get pods -A | wc -l\x1b[201~\r',
        'kubectl() { print k "$@" }\nkubectl get pods -A | wc -l',
      ),
      line('kubectl delete pod web-0 --grace-period=0 --force --namespace production --context eu-west-1 --wait=false'),
      {
        keys: 'cat <<-END | tr a-z A-Z\r\tindented\r\tlines\rEND\r',
        gives: [{ line: 'cat <<-END | tr a-z A-Z\n\tindented\n\tlines\nEND' }],
      },
      line('read -q "?Really? [y/N] " && echo'),
      press('y'),
      line('vared -p "name> " -c nm'),
      line('web-0-name'),
      line('echo $nm'),
      press('\x04'),
    ],
  },
]

const FISH: readonly Script[] = [
  {
    name: 'night-fish-suggest',
    program: ['fish', '-i'],
    lag: 30,
    files: {
      '.config/fish/config.fish':
        'set -g fish_greeting\nfunction fish_prompt; echo -n "prod "(prompt_pwd)" \\$ "; end\n',
      'logs/a.log': 'x\n',
      'logs/b.log': 'y\n',
    },
    steps: [
      line('cat logs/a.log logs/b.log | sort -r'),
      line('ls logs'),
      aided('cat l\x1b[C\r', 'cat logs/a.log logs/b.log | sort -r'),
      aided('ca\x1b[1;3C\x05\r', 'cat logs/a.log logs/b.log | sort -r'),
      line('set -l n (count logs/*); echo $n'),
      {
        keys: 'while test $n -gt 0\rset n (math $n - 1)\recho $n left\rend\r',
        gives: [{ line: 'while test $n -gt 0\nset n (math $n - 1)\necho $n left\nend' }],
      },
      edited('echo a b c\x17\x17x\r', 'echo a x'),
      press('rm -rf logs\x15'),
      line('sleep 0.4; echo slow'),
      line('read -P "Continue? " answer'),
      line('yes please'),
      line('exit'),
    ],
  },
]

const SMALL: readonly Script[] = [
  {
    name: 'night-ash-exec',
    program: ['busybox', 'sh'],
    lag: 70,
    env: { PS1: '/srv # ' },
    files: { 'etc/nginx/nginx.conf': 'worker_processes 1;\n', 'etc/nginx/conf.d/default.conf': 'listen 80;\n' },
    steps: [
      line('ls'),
      aided('cat etc/ng\tng\t\r', 'cat etc/nginx/nginx.conf'),
      line('grep -rn listen etc/nginx | cut -d: -f3'),
      aided('\x1b[A\x7f2\r', 'grep -rn listen etc/nginx | cut -d: -f2'),
      line('top -b -n 1 >/dev/null; echo $?'),
      line('wget -q -O- http://127.0.0.1:9/ ; echo rc=$?'),
      line('while sleep 0.5; do echo still here; done'),
      press('\x03'),
      starts('vi', 'vi'),
      press(':q!\r'),
      {
        keys: 'for f in 1 2 3\rdo\r  [ $f = 2 ] && continue\r  echo f$f\rdone\r',
        gives: [{ line: 'for f in 1 2 3\ndo\n  [ $f = 2 ] && continue\n  echo f$f\ndone' }],
      },
      line('echo "the quick brown fox jumps over the lazy dog, and the lazy dog is not amused by that at all"'),
      press('\x04'),
    ],
  },
  {
    name: 'night-ash-paste',
    program: ['busybox', 'ash'],
    env: { PS1: '# ' },
    steps: [
      {
        keys: 'export K=v\rset -e\rset +e\recho $K\r',
        whole: true,
        gives: [{ line: 'export K=v' }, { line: 'set -e' }, { line: 'set +e' }, { line: 'echo $K' }],
      },
      { keys: 'if true\rthen\recho pasted\rfi\r', whole: true, gives: [{ line: 'if true\nthen\necho pasted\nfi' }] },
      { keys: 'sleep 0.6\r', ahead: true, gives: [{ line: 'sleep 0.6' }] },
      { keys: 'echo meanwhile\r', gives: [{ line: 'echo meanwhile' }] },
      line('read -p "user: " u; read -s -p "pass: " p; echo'),
      line('ops'),
      hidden('ash-night-1\r'),
      line('cat > notes'),
      line('first note'),
      line('second note'),
      press('\x04'),
      line('rm -i notes'),
      line('y'),
      line('exit'),
    ],
  },
  {
    name: 'night-dash-script',
    program: ['dash', '-i'],
    lag: 15,
    env: { PS1: '$ ' },
    steps: [
      line('id -un'),
      edited('cd /tpm\x7f\x7f\x7ftmp\r', 'cd /tmp'),
      line('cd "$HOME"'),
      { keys: 'f() {\rprintf "%s\\n" "$@"\r}\r', gives: [{ line: 'f() {\nprintf "%s\\n" "$@"\n}' }] },
      line('f a b'),
      edited('wrong start\x15f right\r', 'f right'),
      { keys: 'cat <<X\rone\rtwo\rX\r', gives: [{ line: 'cat <<X\none\ntwo\nX' }] },
      line('nosuchcommand'),
      line('stty -echo; printf "Password: "; read x; stty echo; echo'),
      hidden('dash-night-2\r'),
      press('typed and left\x03'),
      line('echo $?'),
      line('exit'),
    ],
  },
  {
    name: 'night-mksh',
    program: ['mksh'],
    env: { PS1: 'mksh:/srv # ' },
    files: { '.mkshrc': '', 'catalog.db': 'x\n' },
    steps: [
      line('print hello from a shell nobody knows'),
      aided('wc -c cat\t\r', 'wc -c catalog.db'),
      line('typeset -i n=3; print $((n * 2))'),
      aided('\x1b[A\r', 'typeset -i n=3; print $((n * 2))'),
      edited('pritn\x7f\x7fnt x\r', 'print x'),
      { keys: 'if [[ -n $n ]]; then\rprint set\rfi\r', gives: [{ line: 'if [[ -n $n ]]; then\nprint set\nfi' }] },
      line('print a line that is longer than the eighty columns which this terminal has, to see what is done'),
      line('exit'),
    ],
  },
]

const ONE_SHOTS: readonly Script[] = [
  {
    name: 'night-oneshot',
    program: ['sh', '-c', 'for f in a b; do echo "$f"; done; printf "ok? "; read x'],
    steps: [{ gives: [{ line: `sh -c 'for f in a b; do echo "$f"; done; printf "ok? "; read x'` }] }, line('fine')],
  },
  {
    name: 'night-oneshot-shell',
    program: ['sh', '-c', 'command -v bash >/dev/null && exec bash --norc || exec sh'],
    env: { PS1: 'web-0:/# ', INPUTRC: '/dev/null' },
    steps: [
      { gives: [{ line: "sh -c 'command -v bash >/dev/null && exec bash --norc || exec sh'" }] },
      line('hostname >/dev/null'),
      line('stty size'),
      starts('vi', 'vi'),
      press(':q\r'),
      line('echo 🚀 deployed ✅ 完了'),
      line('echo "emoji at the edge of the line 🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀 end"'),
      { keys: 'echo a line that was begun ', pace: 20 },
      { resize: { columns: 60, rows: 18 } },
      {
        keys: 'and went on when the window had been made a lot smaller\r',
        gives: [{ line: 'echo a line that was begun and went on when the window had been made a lot smaller' }],
      },
      { resize: { columns: 140, rows: 40 } },
      line('echo a wide window again'),
      line('reset'),
      line('echo after the reset'),
      line('exit'),
    ],
  },
]

export const NIGHT_SHELLS: readonly Script[] = [...ZSH, ...FISH, ...SMALL, ...ONE_SHOTS]
