import { hidden, line, press, type Script, starts } from '../script.ts'

const BASH_PROGRAM = ['bash', '--norc', '--noprofile']
const LONG = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n')

const STARS = `import sys, termios, tty
old = termios.tcgetattr(0)
sys.stdout.write('PIN: ')
sys.stdout.flush()
tty.setcbreak(0)
while sys.stdin.read(1) not in '\\r\\n':
    sys.stdout.write('*')
    sys.stdout.flush()
termios.tcsetattr(0, termios.TCSADRAIN, old)
print()
`

export const PROGRAMS: readonly Script[] = [
  {
    name: 'programs-vi',
    program: BASH_PROGRAM,
    files: { 'notes.txt': 'one\ntwo\n' },
    steps: [
      line('echo before'),
      starts('vi notes.txt', 'vi'),
      press('ihello from vi\rrm -rf /\x1b'),
      press(':wq\r'),
      line('cat notes.txt'),
      starts('EDITOR=x vim -u NONE notes.txt', 'vim'),
      press(':q!\r'),
      line('exit'),
    ],
  },
  {
    name: 'programs-less',
    program: BASH_PROGRAM,
    files: { 'long.txt': LONG },
    steps: [
      starts('cat long.txt | less', 'less'),
      press('  /line 9\rq'),
      line('echo between'),
      line('top -p $$ -d 60'),
      press('q'),
      line('exit'),
    ],
  },
  {
    name: 'programs-tmux',
    program: BASH_PROGRAM,
    files: { '.tmux.conf': 'set -g status off\nset -g default-command "bash --norc --noprofile"\n' },
    env: { LC_ALL: 'C.UTF-8' },
    steps: [
      line('echo outside'),
      starts('tmux -L recording -f .tmux.conf new', 'tmux'),
      line('echo inside'),
      line('exit'),
      line('echo outside again'),
      line('exit'),
    ],
  },
  {
    name: 'programs-nested',
    program: BASH_PROGRAM,
    files: { 'stars.py': STARS },
    steps: [
      { ...line('python3 -q'), until: '>>> ' },
      line('2 ** 10'),
      { keys: 'def f(x):\r    return x\r\r', gives: [{ line: 'def f(x):\n    return x' }] },
      line('exit()'),
      line('busybox sh'),
      line('echo in ash'),
      line('exit'),
      { ...line('python3 stars.py'), until: 'PIN: ' },
      hidden('hunter2\r'),
      line('bc -q'),
      line('1 + 2'),
      line('quit'),
      line('exit'),
    ],
  },
]
