import { line, press, type Script, starts } from '../script.ts'

const BASH_PROGRAM = ['bash', '--norc', '--noprofile']
const LONG = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n')

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
      starts('top -p $$ -d 60', 'top'),
      press('q'),
      line('exit'),
    ],
  },
]
