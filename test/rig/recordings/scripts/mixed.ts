/** Longer sessions, as people have them: several shells and programs, over links of some length. */
import { aided, edited, hidden, line, press, type Script, starts } from '../script.ts'

const NOTES = Array.from({ length: 60 }, (_, index) => `${index + 1} a note`).join('\n')

const SHELLS: readonly Script[] = [
  {
    name: 'mixed-bash',
    program: ['bash', '--norc', '--noprofile'],
    size: { columns: 100, rows: 30 },
    lag: 40,
    env: { PS1: '[dev@web-0 \\W]\\$ ' },
    files: { 'app.log': NOTES, 'config/settings.yaml': 'a: 1\n', 'config/other.yaml': 'b: 2\n' },
    steps: [
      line('# what is going on here?'),
      line('tail -n 3 app.log'),
      aided('grep -c note ap\t\r', 'grep -c note app.log'),
      aided('cd con\t\r', 'cd config/'),
      line('ls -la | wc -l'),
      aided('diff se\tot\t\r', 'diff settings.yaml other.yaml'),
      edited('exprot X=1\x1bb\x1bb\x1bb\x1bdexport\x05\r', 'export X=1'),
      edited(
        '\x1b[200~curl -s http://127.0.0.1:1/healthz || echo "down since $(date +%Y)"\x1b[201~\r',
        'curl -s http://127.0.0.1:1/healthz || echo "down since $(date +%Y)"',
      ),
      {
        keys: 'while read l; do\recho "> $l"\rdone < settings.yaml\r',
        gives: [{ line: 'while read l; do\necho "> $l"\ndone < settings.yaml' }],
      },
      aided('\x12wc\r', 'ls -la | wc -l'),
      { resize: { columns: 60, rows: 20 } },
      line('for f in one two three four five six seven eight nine ten; do echo $f; done | sort | head -3'),
      aided(
        '\x1b[A\x01time \r',
        'time for f in one two three four five six seven eight nine ten; do echo $f; done | sort | head -3',
      ),
      starts('less ../app.log', 'less'),
      press('Gq'),
      line('read -rsp "Token: " t; echo'),
      hidden('abc-123-xyz\r'),
      press('not this one\x03'),
      { keys: 'sleep 0.5\r', ahead: true, gives: [{ line: 'sleep 0.5' }] },
      { keys: 'echo ahead of time\r', gives: [{ line: 'echo ahead of time' }], until: 'time\r\n' },
      line('exit'),
    ],
  },
  {
    name: 'mixed-zsh',
    program: ['zsh', '-i'],
    lag: 30,
    files: {
      '.zshrc':
        "PROMPT=$'\\n%F{cyan}%~%f on %F{magenta}main%f\\n%B>%b '\nRPROMPT='%*'\nautoload -U compinit; compinit -u -D\nbindkey -e\nalias k=kubectl\n",
      'readme.md': '# hello\n',
      'report-1.txt': 'x\n',
      'report-2.txt': 'y\n',
    },
    steps: [
      { keys: '', until: 'main' },
      line('cat readme.md'),
      aided('cat rep\t1\t\r', 'cat report-1.txt'),
      line('k get pods || true'),
      edited('echo x\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x05yz\r', 'echo xyz'),
      aided('\x1b[A\x1b[A\x1b[A\r', 'cat report-1.txt'),
      { keys: "cat <<'END'\rpassword=1\r  two\rEND\r", gives: [{ line: "cat <<'END'\npassword=1\n  two\nEND" }] },
      aided('\x12readme\r', 'cat readme.md'),
      starts('vi readme.md', 'vi'),
      press('Goa second line\x1b:wq\r'),
      line('wc -l readme.md'),
      { resize: { columns: 120, rows: 40 } },
      line(
        'echo 日本語のテキスト and some more so that it becomes rather long, though not as long as the window is wide now',
      ),
      { ...line('python3 -c "import getpass; getpass.getpass(\'Key: \')"'), until: '\nKey: ' },
      hidden('s3same\r'),
      line('exit'),
    ],
  },
  {
    name: 'mixed-fish',
    program: ['fish', '-i'],
    lag: 20,
    files: {
      '.config/fish/config.fish':
        'set -g fish_greeting\nfunction fish_prompt; echo; set_color blue; echo (prompt_pwd); set_color normal; echo -n "❯ "; end\nfunction fish_right_prompt; echo -n "ok"; end\n',
      'data.csv': 'a,b\n1,2\n',
    },
    steps: [
      line('cat data.csv'),
      line('echo one; echo two'),
      aided('cat da\t\r', 'cat data.csv'),
      aided('\x1b[A\x1b[A\r', 'echo one; echo two'),
      edited('ehco\x7f\x7f\x7fcho fixed\r', 'echo fixed'),
      { keys: 'if true\recho yes\relse\recho no\rend\r', gives: [{ line: 'if true\necho yes\nelse\necho no\nend' }] },
      line('math 6 x 7'),
      press('never mind\x03'),
      line('exit'),
    ],
  },
  {
    name: 'mixed-ash',
    program: ['busybox', 'ash', '-l'],
    env: { PS1: '\\w # ' },
    files: { 'app.log': NOTES, 'unique.conf': 'k=v\n' },
    steps: [
      line('uname -s'),
      aided('cat uni\t\r', 'cat unique.conf'),
      starts('vi unique.conf', 'vi'),
      press('ix'),
      press('\x1b'),
      press(':q!\r'),
      edited('echo helo\x1b[Dl\r', 'echo hello'),
      aided('\x1b[A\x1b[A\x1b[A\x1b[A\r', 'uname -s'),
      line('echo a long line that goes over the edge of the window because it has so very many words in it'),
      { keys: 'if true; then\recho t\rfi\r', gives: [{ line: 'if true; then\necho t\nfi' }] },
      line('head -n 50 app.log'),
      line('read -s pw'),
      hidden('topsecret\r'),
      line('exit'),
    ],
  },
]

const PROMPTS: readonly Script[] = [
  {
    name: 'mixed-python',
    program: ['bash', '--norc', '--noprofile'],
    steps: [
      line('python3 -q'),
      line('import json, sys'),
      {
        keys: 'class A:\r    def f(self):\r        return 1\r\r',
        gives: [{ line: 'class A:\n    def f(self):\n        return 1' }],
      },
      line('A().f()'),
      { keys: 'x = """a\rb"""\r', gives: [{ line: 'x = """a\nb"""' }] },
      aided('\x1b[A\x1b[A\x1b[A\r', 'A().f()'),
      line('json.dumps({"a": [1, 2, 3]})'),
      press('\x04'),
      line('echo back'),
      line('cat'),
      line('one line to cat'),
      press('\x04'),
      line('dash'),
      line('echo deeper'),
      line('exit'),
      line('exit'),
    ],
  },
  {
    name: 'mixed-psql',
    program: ['psql', '-q', '-P', 'pager=off', 'postgres'],
    env: { PGHOST: '/tmp', PGUSER: 'postgres', PSQL_HISTORY: '/dev/null' },
    size: { columns: 120, rows: 40 },
    lag: 30,
    steps: [
      { gives: [{ line: 'psql -q -P pager=off postgres' }] },
      line('\\conninfo'),
      line('create temp table t (id int, name text);'),
      {
        keys: "insert into t values\r(1, 'one'),\r(2, 'two');\r",
        gives: [{ line: "insert into t values\n(1, 'one'),\n(2, 'two');" }],
      },
      line('select * from t where id > 1 order by name;'),
      aided('\x12insert\x07\x1b[A\r', 'select * from t where id > 1 order by name;'),
      aided('sel\te * from t;\x01\x0b\x19\x17\x17\x17\x17\x17select count(*) from t;\r', 'select count(*) from t;'),
      line('drop table t;'),
      line('\\q'),
    ],
  },
]

export const MIXED: readonly Script[] = [...SHELLS, ...PROMPTS]
