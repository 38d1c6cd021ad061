/** Of sessions whose output was not recorded. */
import { describe, expect, it } from 'vitest'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { inputAlone, recordsOf, recordWith, stream } from '../../rig/recordings/fixture.ts'

async function listOf(keys: string): Promise<string[]> {
  const open = recordsOf('bash-plain').slice(0, 1)
  const typed = [...keys].map((key, at) =>
    recordWith({ kind: 'input', seq: at + 1, elapsed: at * 50_000, payload: Buffer.from(key) }),
  )
  const { commands } = await deriveCommands(stream(inputAlone([...open, ...typed])))
  return commands.map((each) => (each.type === 'command' ? each.line : each.type))
}

describe('keys that are for another program', () => {
  it('are no part of the line after a pager', async () => {
    expect(await listOf('less x.log\r  Gqtail x.log\rid\r')).toEqual(['less x.log', 'tail x.log', 'id'])
    expect(await listOf('git log\rqgit status\r')).toEqual(['git log', 'git status'])
  })

  it('are no part of the line after a search in a pager', async () => {
    expect(await listOf('man ls\r/sort\rnqls\r')).toEqual(['man ls', '/sort', 'ls'])
  })

  it('are a part of it where no pager was started, or the line is one', async () => {
    expect(await listOf('id\rqstat x\r')).toEqual(['id', 'qstat x'])
    expect(await listOf('less x\rquit\r')).toEqual(['less x', 'quit'])
  })

  it('are no part of the line after the key of tmux', async () => {
    expect(await listOf('tmux\rls\r\x02%id\r\x02oecho b\r')).toEqual(['tmux', 'ls', 'id', 'echo b'])
  })

  it('are the program’s where the key of tmux was pressed twice, and everybody’s where tmux was not started', async () => {
    expect(await listOf('tmux\rab\x02\x02c\r')).toEqual(['tmux', 'acb'])
    expect(await listOf('ab\x02c\r')).toEqual(['acb'])
  })
})
