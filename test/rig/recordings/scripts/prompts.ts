import { aided, edited, hidden, line, press, type Script } from '../script.ts'

export const PROMPTS: readonly Script[] = [
  {
    name: 'python-prompt',
    program: ['python3', '-q'],
    steps: [
      { gives: [{ line: 'python3 -q' }] },
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
  {
    name: 'psql-prompt',
    program: ['psql', '-q', '-P', 'pager=off', 'postgres'],
    env: { PGHOST: '/tmp', PGUSER: 'postgres', PSQL_HISTORY: '/dev/null' },
    steps: [
      { gives: [{ line: 'psql -q -P pager=off postgres' }] },
      line('select 1 as one;'),
      { keys: 'select 2,\r3\r;\r', gives: [{ line: 'select 2,\n3\n;' }] },
      { keys: "select 'a\rb';\r", gives: [{ line: "select 'a\nb';" }] },
      edited('selcet 4\x17\x17select 5;\r', 'select 5;'),
      aided('\x1b[A\r', 'select 5;'),
      line('\\password'),
      hidden('hunter2\r'),
      hidden('hunter2\r'),
      line('\\q'),
    ],
  },
]
