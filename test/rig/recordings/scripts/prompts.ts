import { aided, edited, hidden, line, press, type Script } from '../script.ts'

export const PROMPTS: readonly Script[] = [
  {
    name: 'python-prompt',
    program: ['python3', '-q'],
    steps: [
      line('print("hello")'),
      { keys: 'for i in range(2):\r    print(i)\r\r', gives: [{ line: 'for i in range(2):\n    print(i)' }] },
      edited('1 + 11\x7f\r', '1 + 1'),
      aided('\x1b[A\r', '1 + 1'),
      line('import getpass'),
      line('x = getpass.getpass()'),
      hidden('hunter2\r'),
      line('input("name? ")'),
      line('typed name'),
      press('\x04'),
    ],
  },
]
