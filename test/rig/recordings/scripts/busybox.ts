import { aided, edited, hidden, line, press, type Script } from '../script.ts'

export const BUSYBOX: readonly Script[] = [
  {
    name: 'busybox-sh',
    program: ['busybox', 'sh'],
    files: { 'notes.txt': 'a\nb\n' },
    steps: [
      line('echo hello'),
      edited('ecoh\x7f\x7fho hi\r', 'echo hi'),
      edited('world\x01echo \x05!\r', 'echo world!'),
      aided('\x1b[A\r', 'echo world!'),
      aided('cat no\t\r', 'cat notes.txt '),
      { keys: 'for i in 1 2; do\recho $i\rdone\r', gives: [{ line: 'for i in 1 2; do\necho $i\ndone' }] },
      line('read -s -p "Password: " secret'),
      hidden('hunter2\r'),
      line('echo'),
      press('thrown away\x03'),
      line('exit'),
    ],
  },
  {
    name: 'dash',
    program: ['dash', '-i'],
    steps: [
      line('echo without a line editor'),
      edited('echo mistake\x7f\x7f\x7f\x7f\x7f\x7f\x7fright\r', 'echo right'),
      edited('garbage\x15echo killed\r', 'echo killed'),
      { keys: 'if true\rthen echo yes\rfi\r', gives: [{ line: 'if true\nthen echo yes\nfi' }] },
      line('stty -echo; read x; stty echo'),
      hidden('hunter2\r'),
      line('exit'),
    ],
  },
]
