import { aided, edited, hidden, line, press, type Script } from '../script.ts'

const FISH_CONFIG = {
  '.config/fish/config.fish':
    'set -g fish_greeting\nfunction fish_prompt; set_color green; echo -n "dev@web-0 "(prompt_pwd)"> "; set_color normal; end\n',
}

export const FISH: readonly Script[] = [
  {
    name: 'fish-plain',
    program: ['fish', '-i'],
    files: { ...FISH_CONFIG, 'notes.txt': 'one\ntwo\n' },
    steps: [
      line('echo hello'),
      line('cat notes.txt'),
      edited('ecoh\x7f\x7fho hi\r', 'echo hi'),
      edited('echo ac\x1b[Db\r', 'echo abc'),
      aided('\x1b[A\r', 'echo abc'),
      aided('cat no\t\r', 'cat notes.txt '),
      line('echo 漢字 wide'),
      line('cd /tmp'),
      line('cd -'),
      { keys: 'for i in 1 2\recho $i\rend\r', gives: [{ line: 'for i in 1 2\necho $i\nend' }] },
      aided('echo h\x1b[C\r', 'echo hi'),
      line('read -s -P "Password: " secret'),
      hidden('hunter2\r'),
      press('thrown away\x03'),
      line('exit'),
    ],
  },
]
