/** Shells on a working day: typed as slowly as people type. Held back after those of `night.ts` had been mended. */
import { aided, edited, hidden, line, press, type Script, starts } from '../script.ts'

const rc = (prompt: string, more = ''): string => `PS1='${prompt}'\nHISTFILE=~/.bash_history\n${more}`
const GIT = 'export GIT_AUTHOR_NAME=d GIT_AUTHOR_EMAIL=d@x GIT_COMMITTER_NAME=d GIT_COMMITTER_EMAIL=d@x\n'

const BASH: readonly Script[] = [
  {
    name: 'day-bash-deploy',
    program: ['bash'],
    size: { columns: 132, rows: 40 },
    lag: 45,
    files: {
      '.bashrc': rc(
        '\\[\\e[48;5;24m\\] \\A \\[\\e[48;5;238m\\] web-0 \\[\\e[0m\\] \\[\\e[1m\\]\\w\\[\\e[0m\\] » ',
        'kubectl() { sleep 0.1; echo "k8s: $*"; }\nalias kgp="kubectl get pods"\n',
      ),
      'deploy/web.yaml': 'kind: Deployment\n',
      'deploy/web-canary.yaml': 'kind: Deployment\n',
    },
    steps: [
      line('cd deploy/'),
      line('kgp -o wide | grep -v Running'),
      aided('kubectl apply -f web-\tcan\t --dry-run=client\r', 'kubectl apply -f web-canary.yaml can --dry-run=client'),
      aided('\x1b[A\x17\r', 'kubectl apply -f web-canary.yaml can'),
      line('kubectl rollout status deploy/web-canary --timeout=60s'),
      edited(
        'kubectl logs -l app=web --tail=5 | jq .\x1b[D\x1b[D\x1b[D\x1b[D\x0bhead\r',
        'kubectl logs -l app=web --tail=5 | head',
      ),
      line("kubectl get cm -o jsonpath='{.items[*].metadata.name}'; echo"),
      press('kubectl delete ns prod\x15'),
      aided('echo !$\x1b^\r', 'echo echo'),
      line('history | tail -2 | cut -c8-'),
      line('cd -'),
      press('\x04'),
    ],
  },
  {
    name: 'day-bash-edit',
    program: ['bash'],
    lag: 30,
    files: {
      '.bashrc': rc('dev:\\W\\$ ', 'export EDITOR="vim -u NONE" VISUAL="vim -u NONE"\n'),
      'notes.txt': 'alpha\nbeta\n',
    },
    steps: [
      edited('echo one two three\x1bb\x1bb\x1bu\r', 'echo one TWO three'),
      edited('echo abc\x02\x02\x14\r', 'echo bac'),
      edited('cat notes.txt | wrod\x02\x02\x14\x05\x7f\x7f\x7f\x7fwc -l\r', 'cat notes.txt | wc -l'),
      edited('echo last\x01# \x05\r', '# echo last'),
      aided('tail -1 no\t\r', 'tail -1 notes.txt'),
      aided('wc \x1b.\r', 'wc notes.txt'),
      { keys: 'echo to be edited\x18\x05', gives: [{ program: '' }] },
      { keys: 'A in vim\x1b:wq\r', gives: [{ line: 'echo to be edited in vim' }] },
      { keys: 'fc -l -1 >/dev/null\r', gives: [{ line: 'fc -l -1 >/dev/null' }] },
      line('read -e -p "name: " n'),
      edited('jon\x02h\x05 doe\r', 'john doe'),
      line('echo "$n"'),
      line('exit'),
    ],
  },
  {
    name: 'day-bash-noise',
    program: ['bash'],
    files: { '.bashrc': rc('\\$ ') },
    steps: [
      {
        keys: '(for i in 1 2 3 4 5 6; do sleep 0.25; echo "[worker] heartbeat $i"; done) &\r',
        gives: [{ line: '(for i in 1 2 3 4 5 6; do sleep 0.25; echo "[worker] heartbeat $i"; done) &' }],
      },
      { keys: 'cat /dev/null && echo ok\r', pace: 50, gives: [{ line: 'cat /dev/null && echo ok' }] },
      { keys: 'wait; clear\r', until: '# ', gives: [{ line: 'wait; clear' }] },
      line('echo quiet now'),
      {
        keys: 'make() { sleep 0.9; echo built; }; make\r',
        ahead: true,
        gives: [{ line: 'make() { sleep 0.9; echo built; }; make' }],
      },
      { keys: 'echo next\r', pace: 25, gives: [{ line: 'echo next' }] },
      {
        keys: 'echo and the last\r',
        pace: 25,

        gives: [{ line: 'echo and the last' }],
      },
      line('printf "no line end"'),
      line('echo right behind it'),
      line('exit'),
    ],
  },
  {
    name: 'day-bash-secrets',
    program: ['bash', '--norc', '--noprofile'],
    lag: 20,
    env: { PS1: 'ops$ ' },
    files: {
      'login.py': 'import getpass\nu = input("Username: ")\np = getpass.getpass("Password: ")\nprint("hello", u)\n',
      'ask.sh':
        'stty -echo\nprintf "Old: "; read a; echo\nprintf "New: "; read b; echo\nprintf "Again: "; read c; echo\nstty echo\n',
    },
    steps: [
      { keys: 'python3 login.py\r', until: 'Username: ', gives: [{ line: 'python3 login.py' }] },
      line('alice'),
      hidden('Pa55 word\r'),
      line('sh ask.sh'),
      hidden('old-one-1\r'),
      hidden('new-one-2\r'),
      hidden('new-one-2\r'),
      line('echo visible again'),
      line('read -s -n 4 -p "PIN: " pin; echo'),
      press('4711'),
      line('openssl genrsa -aes128 -out k.pem 1024 2>/dev/null'),
      hidden('openssl-key-8\r'),
      hidden('openssl-key-8\r'),
      line('ls -1 k.pem'),
      line('read -s -p "Token, or nothing: " t; echo'),
      press('\r'),
      line('read -s x'),
      press('half a secr\x03'),
      line('exit'),
    ],
  },
]

const OTHERS: readonly Script[] = [
  {
    name: 'day-zsh-work',
    program: ['zsh', '-i'],
    lag: 35,
    files: {
      '.zshrc': `${GIT}PROMPT=$'\\n%F{magenta}%~%f %F{242}%T%f\\n%(?.%F{green}.%F{red})$%f '\nbindkey -e\nHISTFILE=~/.zsh_history\nSAVEHIST=99\nHISTSIZE=99\nsetopt inc_append_history auto_cd\nautoload -U compinit; compinit -u -D\n`,
      'lib/client.py': 'x = 1\n',
      'lib/server.py': 'y = 2\n',
    },
    steps: [
      line('ls **/*.py(om)'),
      line('lib'),
      aided('cat cl\t ser\t\r', 'cat client.py server.py'),
      line('..'),
      line('for f (lib/*.py) wc -l $f'),
      edited('git comit -m "x"\x01\x1bf\x1bf\x02\x02m\x05\x15print -l a b\r', 'print -l a b'),
      { keys: 'repeat 2 {\rprint again\r}\r', gives: [{ line: 'repeat 2 {\nprint again\n}' }] },
      aided('print\x1b[A\r', 'repeat 2 {\nprint again\n}'),
      line('echo "a longer sentence which is written so that it goes beyond the eighty columns of the window"'),
      line('vared -c v'),
      line('value of v'),
      line('exit'),
    ],
  },
  {
    name: 'day-fish-work',
    program: ['fish', '-i'],
    lag: 50,
    files: {
      '.config/fish/config.fish':
        'set -g fish_greeting\nfunction fish_prompt; set_color green; echo (prompt_pwd); set_color normal; echo -n "❯ "; end\nfunction fish_right_prompt; set_color brblack; echo -n "⎈ prod"; set_color normal; end\n',
      'data/report.csv': 'a,b\n1,2\n',
    },
    steps: [
      line('cat data/report.csv | string split ,'),
      aided('wc -l dat\t\t\r', 'wc -l data/report.csv'),
      line('set files data/*'),
      { keys: 'for f in $files\recho $f\rend\r', gives: [{ line: 'for f in $files\necho $f\nend' }] },
      edited('echo hello wrold\x17world\r', 'echo hello world'),
      aided('\x1b[A\r', 'echo hello world'),
      press('rm data/report.csv\x03'),
      line('read -s -P "Secret: " s'),
      hidden('fish-day-3\r'),
      line('echo "ünïcödé ✓"'),
      line('exit'),
    ],
  },
  {
    name: 'day-sh-container',
    program: ['busybox', 'ash'],
    lag: 110,
    env: { PS1: 'app@web-7f9c:/usr/src$ ' },
    files: { 'server.js': 'x\n', 'package.json': '{"name":"x"}\n' },
    steps: [
      line('ls -l server.js | wc -c'),
      aided('cat pack\t\r', 'cat package.json'),
      line('ps >/dev/null; echo $?'),
      line('echo "ünïcödé and 漢字" > t; cat t'),
      line('test -f /nope || echo "no file"'),
      {
        keys: 'while true; do\rdate +%s >/dev/null\rbreak\rdone\r',
        gives: [{ line: 'while true; do\ndate +%s >/dev/null\nbreak\ndone' }],
      },
      aided('\x1b[A\x1b[A\x1b[A\r', 'date +%s >/dev/null'),
      starts('vi server.js', 'vi'),
      press('ihello \x1b'),
      press(':wq\r'),
      line('cat server.js'),
      line('sleep 9'),
      press('\x03'),
      line('exit'),
    ],
  },
  {
    name: 'day-dash-install',
    program: ['dash'],
    env: { PS1: '# ' },
    files: {
      'install.sh':
        'printf "Do you want to continue? [Y/n] "; read a\nprintf "Time zone [UTC]: "; read z\necho "set to $z"\n',
    },
    steps: [
      line('sh install.sh'),
      line('Y'),
      line('Europe/Berlin'),
      line('sh install.sh'),
      press('\r'),
      press('\r'),
      { keys: 'tee conf <<END\ra=1\rEND\r', gives: [{ line: 'tee conf <<END\na=1\nEND' }] },
      line('yes | head -3 | xargs -n1 echo'),
      edited('ehco\x7f\x7f\x7fcho done\r', 'echo done'),
      line('exit'),
    ],
  },
]

const human = (script: Script): Script => ({ ...script, steps: script.steps.map((step) => ({ pace: 55, ...step })) })

export const DAY_SHELLS: readonly Script[] = [...BASH, ...OTHERS].map(human)
