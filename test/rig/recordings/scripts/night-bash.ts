/** What is typed into bash at three in the morning: held back, and what it must give was written before it was derived. */
import { aided, edited, hidden, line, press, type Script } from '../script.ts'

const BASH = ['bash']
/** As the default settings of a distribution have it. */
const DEBIAN =
  '\\[\\e]0;ops@web-0: \\w\\a\\]\\[\\033[01;32m\\]ops@web-0\\[\\033[00m\\]:\\[\\033[01;34m\\]\\w\\[\\033[00m\\]\\$ '
const rc = (prompt: string, more = ''): string => `PS1='${prompt}'\nHISTFILE=~/.bash_history\n${more}`
const LOG = Array.from(
  { length: 60 },
  (_, at) => `03:1${at % 10}:07 ${at % 7 === 0 ? 'ERROR' : 'INFO'} request ${at}`,
).join('\n')

const SUDO = `if [ "$SUDO_OK" != 1 ]; then
  for i in 1 2 3; do
    printf '[sudo] password for ops: ' >/dev/tty; stty -echo; read -r p </dev/tty; stty echo; echo >/dev/tty
    [ "$p" = right-1 ] && break
    sleep 0.2; echo 'Sorry, try again.' >/dev/tty
  done
fi
exec "$@"
`
const SSH = `printf "The authenticity of host 'db-1 (10.0.0.7)' can't be established.\\n"
printf 'Are you sure you want to continue connecting (yes/no/[fingerprint])? '; read -r a
printf "ops@db-1's password: "; stty -echo; read -r p; stty echo; echo
echo 'Last login: Mon Nov 23 02:11:40 2026 from 10.0.0.2'
exec bash --rcfile ~/.remote -i
`

export const NIGHT_BASH: readonly Script[] = [
  {
    name: 'night-bash-oncall',
    program: BASH,
    lag: 35,
    files: { '.bashrc': rc(DEBIAN), 'app/logs/app.log': LOG, 'app/run.pid': '999999\n' },
    steps: [
      line('w | head -1'),
      line('cd app; ls -la --time-style=+%H'),
      aided('tail -n 3 lo\tap\t\r', 'tail -n 3 logs/app.log'),
      line('awk \'$2=="ERROR" {n++} END {print n}\' logs/app.log'),
      aided('\x1b[A | tee /dev/null\r', 'awk \'$2=="ERROR" {n++} END {print n}\' logs/app.log | tee /dev/null'),
      press('kill -9 $(cat run.pid)\x03'),
      line('kill -0 $(cat run.pid) || echo "not running"'),
      edited('systemctl restrat app\x17\x17restart app 2>/dev/null; true\r', 'systemctl restart app 2>/dev/null; true'),
      line(': > logs/app.log'),
      press('\r\r'),
      line('tail -f logs/app.log'),
      press('\x03'),
      aided('\x12awk\x12\r', 'awk \'$2=="ERROR" {n++} END {print n}\' logs/app.log'),
      line('exit'),
    ],
  },
  {
    name: 'night-bash-jobs',
    program: BASH,
    files: { '.bashrc': rc('[\\j] \\$ ') },
    steps: [
      line('sleep 40'),
      press('\x1a'),
      line('bg'),
      line('jobs'),
      line('fg'),
      press('\x03'),
      {
        keys: '(sleep 0.4; echo job says hello) &\r',
        until: '# ',
        gives: [{ line: '(sleep 0.4; echo job says hello) &' }],
      },
      { keys: 'echo typed while the job speaks\r', pace: 45, gives: [{ line: 'echo typed while the job speaks' }] },
      line('(for i in 1 2 3; do sleep 0.3; echo tick $i; done) &'),
      { keys: 'ls -d .\r', pace: 90, gives: [{ line: 'ls -d .' }] },
      line('wait'),
      line('sleep 1 && echo slept'),
      line('kill %1; disown -a'),
      press('\x04'),
    ],
  },
  {
    name: 'night-bash-ahead',
    program: BASH,
    files: { '.bashrc': rc('\\u-prod:\\W\\$ ') },
    steps: [
      { keys: 'sleep 0.8\r', ahead: true, gives: [{ line: 'sleep 0.8' }] },
      { keys: 'echo one\r', pace: 30, gives: [{ line: 'echo one' }] },
      { keys: 'sleep 0.6; echo woke\r', ahead: true, gives: [{ line: 'sleep 0.6; echo woke' }] },
      { keys: 'echo tow\x7f\x7fwo\r', ahead: true, gives: [{ line: 'echo two' }] },
      { keys: 'ls -A | wc -l\r', gives: [{ line: 'ls -A | wc -l' }] },
      { keys: 'sleep 0.5\r', ahead: true, gives: [{ line: 'sleep 0.5' }] },
      { keys: 'wrong thing', pace: 10 },
      // A terminal's own editing does not reach back over what a shell has left unread.
      press('\x15echo right thing'),
      { keys: '\r', gives: [{ line: 'wrong thingecho right thing' }] },
      line('clear'),
      line('echo after the clear'),
      press('\x0c'),
      line('echo after ctrl-l'),
      line('exit'),
    ],
  },
  {
    name: 'night-bash-twolines',
    program: BASH,
    lag: 60,
    size: { columns: 100, rows: 30 },
    files: {
      '.bashrc': rc(
        '\\n\\[\\e[36m\\]┌─[\\t]─[web-0]─[\\w]$(b)\\[\\e[0m\\]\\n└─\\$ ',
        'b() { [ -d .git ] && printf " (%s%s)" "$(git branch --show-current)" "$(git diff --quiet 2>/dev/null || echo "*")"; }\nexport GIT_PAGER=cat GIT_AUTHOR_NAME=d GIT_AUTHOR_EMAIL=d@x GIT_COMMITTER_NAME=d GIT_COMMITTER_EMAIL=d@x\n',
      ),
      'main.tf': 'a = 1\n',
    },
    steps: [
      line('git init -q -b main .'),
      line('git add main.tf && git commit -qm "first one"'),
      line('sed -i s/1/2/ main.tf'),
      line('git diff --stat'),
      line('git checkout -b fix/timeout-of-the-database-connection-pool-when-it-is-restarted-in-the-night-by-cron'),
      aided('git commit -am "rai\x1b[D\x1b[Cse it"\r', 'git commit -am "raise it"'),
      line('git log --oneline'),
      aided(
        '\x1b[A\x1b[A\x1b[A\r',
        'git checkout -b fix/timeout-of-the-database-connection-pool-when-it-is-restarted-in-the-night-by-cron',
      ),
      line('git stash list; echo "done?"'),
      line('exit'),
    ],
  },
  {
    name: 'night-bash-sudo',
    program: BASH,
    lag: 25,
    files: {
      '.bashrc': rc('ops@db:\\w\\$ ', 'sudo() { bash ~/.sudo "$@"; }\nssh() { bash ~/.ssh-like "$@"; }\n'),
      '.sudo': SUDO,
      '.ssh-like': SSH,
      '.remote': "PS1='[ops@db-1 ~]# '\nunset HISTFILE\n",
    },
    steps: [
      line('sudo whoami'),
      hidden('wrong-0\r'),
      hidden('right-1\r'),
      line('export SUDO_OK=1'),
      line('sudo head -1 /etc/hosts'),
      line('ssh -A ops@db-1'),
      line('yes'),
      hidden('s3cret pass phrase\r'),
      line('uptime -p >/dev/null && echo up'),
      aided('cat .re\t\r', 'cat .remote'),
      line('read -sp "New password: " a; echo; read -sp "Retype new password: " b'),
      hidden('fresh-pw-77\r'),
      hidden('fresh-pw-77\r'),
      line('exit'),
      line('curl -sS -u admin http://127.0.0.1:9/ -o /dev/null'),
      hidden('curl-pw-5\r'),
      line('openssl passwd -6 -salt ab > hash.txt'),
      hidden('openssl-pw-1\r'),
      line('exit'),
    ],
  },
  {
    name: 'night-bash-nops1',
    program: ['bash', '--norc', '--noprofile'],
    env: { PS1: '' },
    steps: [
      line('echo nothing stands before me'),
      line('pwd | wc -l'),
      edited('ecoh\x7f\x7fho fixed\r', 'echo fixed'),
      line('for i in 1 2; do echo $i; done'),
      aided('\x1b[A\r', 'for i in 1 2; do echo $i; done'),
      line('stty -echo; read x; stty echo'),
      hidden('no-prompt-pw\r'),
      line('echo bye'),
      line('exit'),
    ],
  },
  {
    name: 'night-bash-paste',
    program: BASH,
    lag: 20,
    files: { '.bashrc': rc('web-0:\\W # ', "bind 'set enable-bracketed-paste off'\n") },
    steps: [
      {
        keys: 'export RELEASE=v1.2.3\rcurl -fsS http://127.0.0.1:9/healthz || echo unhealthy\recho "rolled back to $RELEASE"\r',
        whole: true,
        gives: [
          { line: 'export RELEASE=v1.2.3' },
          { line: 'curl -fsS http://127.0.0.1:9/healthz || echo unhealthy' },
          { line: 'echo "rolled back to $RELEASE"' },
        ],
      },
      {
        keys: 'for p in web db cache; do\r  echo "pod/$p deleted"\r  sleep 0.1\rdone\r',
        whole: true,
        gives: [{ line: 'for p in web db cache; do\n  echo "pod/$p deleted"\n  sleep 0.1\ndone' }],
      },
      {
        keys: 'cat > /dev/null <<EOF\rapiVersion: v1\rkind: ConfigMap\rdata:\r  key: value\rEOF\r',
        whole: true,
        gives: [{ line: 'cat > /dev/null <<EOF\napiVersion: v1\nkind: ConfigMap\ndata:\n  key: value\nEOF' }],
      },
      { keys: 'ls -1 | head -2', whole: true },
      { keys: '\r', gives: [{ line: 'ls -1 | head -2' }] },
      line("bind 'set enable-bracketed-paste on'"),
      edited('\x1b[200~# check\ndate > /dev/null\x1b[201~\r', '# check\ndate > /dev/null'),
      edited('\x1b[200~echo no newline at the end\x1b[201~ of it\r', 'echo no newline at the end of it'),
      line('exit'),
    ],
  },
]
