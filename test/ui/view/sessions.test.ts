/** Lists of sessions, and what stands beside them. */
import { describe, expect, it } from 'vitest'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { recorded, session } from '../rig/sessions.ts'
import { FakeTerminal } from '../rig/terminal.ts'

const EASY = { columns: 80, rows: 24 }
const WIDE = { columns: 160, rows: 40 }
const TROUBLE = { what: 'You may not read it.', next: 'Ask.' }

async function recent(sessions: readonly SessionObject[], size = EASY, place?: { namespace: string }) {
  const terminal = new FakeTerminal(size, undefined, {
    ...(place === undefined ? {} : { place: { context: 'blue', ...place } }),
  })
  terminal.type('r')
  await terminal.until('Reading sessions')
  terminal.say(...recorded(...sessions))
  return terminal
}

describe('sessions', () => {
  it('of one namespace are told apart without it', async () => {
    const terminal = await recent([session({ exitCode: 0 })])
    expect((await terminal.until('alice')).join('\n')).toMatch(/alice +web-0\/app +exit 0 +5s +sh/)
    await terminal.quit()
  })

  it('of all namespaces have it before their pod', async () => {
    const sessions = [session({ exitCode: 0 }), session({ number: 11, namespace: 'prod', exitCode: 1 })]
    const terminal = await recent(sessions, EASY, { namespace: '' })
    const text = (await terminal.until('alice')).join('\n')
    expect(text).toMatch(/prod\/web-0\/app[\s\S]*default\/web-0\/app/)
    await terminal.quit()
  })

  it.each<[string, string, RegExp]>([
    ['r', 'Reading sessions', /No session was recorded in namespace default\.[\s\S]*Read from here[\s\S]*first/],
    ['w', 'Reading sessions', /No session runs in namespace default now\.[\s\S]*as soon as one is opened/],
  ])('are said to be none, and nothing is offered for them: %s', async (key, before, words) => {
    const terminal = new FakeTerminal(EASY)
    terminal.type(key)
    await terminal.until(before)
    terminal.say({ type: 'sessions-from', place: 'here' }, ...recorded())
    expect((await terminal.until(words)).at(-1)).not.toMatch(/Enter|filter/)
    await terminal.quit()
  })

  it('that end are gone from those that run', async () => {
    const terminal = new FakeTerminal(EASY)
    terminal.type('w')
    await terminal.until('Reading sessions')
    terminal.say(...recorded(session()))
    expect((await terminal.until('1 live session')).join('\n')).toMatch(/web-0\/app +live/)
    terminal.say({ type: 'sessions-changed', upserts: [session({ exitCode: 0 })], removed: [] })
    await terminal.until('No session runs')
    await terminal.quit()
  })

  it('say so where one may not read them', async () => {
    const terminal = new FakeTerminal(EASY)
    terminal.type('r')
    await terminal.until('Reading sessions')
    terminal.say({ type: 'sessions-feed', feed: { type: 'refused', trouble: TROUBLE } })
    const text = (await terminal.until('You may not read sessions')).join('\n')
    expect(text).toMatch(/You may not read it\.[\s\S]*Esc goes back\./)
    await terminal.quit()
  })

  it('have a filter that Escape clears, which the footer says', async () => {
    const terminal = await recent([session({ exitCode: 0 }), session({ number: 11, pod: 'db-0', exitCode: 0 })])
    await terminal.until('2 sessions')
    terminal.type('fdb')
    await terminal.until('1 of 2 sessions')
    terminal.type('\r')
    await terminal.until(/Esc clear filter/)
    terminal.type('\x1b')
    await terminal.until(/ 2 sessions.*Esc back/)
    await terminal.quit()
  })
})

const at = { elapsed: 3_723_000_000, seq: 1 }
const COMMANDS: readonly RecordedCommand[] = [
  { type: 'command', source: 'exec', line: 'its own command', doubts: [], ...at },
  { type: 'command', source: 'seen', line: 'false', doubts: [], exitCode: 1, ...at, seq: 2 },
  { type: 'command', source: 'typed', line: 'unsure\x1b[2J', doubts: ['completion'], ...at, seq: 3 },
  { type: 'hidden', ...at, seq: 4 } as RecordedCommand,
  { type: 'program', name: '', ...at, seq: 5 } as RecordedCommand,
]

describe.each([
  ['beside', WIDE],
  ['below', EASY],
] as const)('a preview %s its list', (_, size) => {
  const one = session({ exitCode: 0, reason: 'INC-7' })
  const preview = (more: object): Event => ({ type: 'preview', id: one.metadata.name, ...more }) as Event

  it('says what was done, and how sure that is', async () => {
    const terminal = await recent([one], size)
    await terminal.until('reading…')
    terminal.say(preview({ commands: COMMANDS }))
    const text = (await terminal.until('1:02:03')).join('\n')
    expect(text).toMatch(/false {2}exit 1[\s\S]*unsure\\e\[2J \?[\s\S]*without echo: hidden[\s\S]*a program used/)
    expect(text).toMatch(/reason +INC-7/)
    expect(text).not.toContain('its own command')
    await terminal.quit()
  })

  it('says why there is none', async () => {
    const terminal = await recent([one], size)
    terminal.say(preview({ trouble: TROUBLE }))
    await terminal.until('You may not read it.')
    terminal.say(preview({ commands: [] }))
    await terminal.until('no commands in its record')
    await terminal.quit()
  })

  it('says how many commands there is no room for', async () => {
    const terminal = await recent([one], size)
    const many = Array.from({ length: 90 }, (__, seq) => ({ ...COMMANDS[1], line: `c${seq}.`, seq }))
    terminal.say(preview({ commands: many }))
    const text = (await terminal.until(/and \d+ more/)).join('\n')
    const shown = text.match(/c\d+\./g)?.length ?? 0
    expect(text).toContain(`and ${90 - shown} more`)
    await terminal.quit()
  })

  it('is of the row under the cursor', async () => {
    const terminal = await recent([one, session({ number: 11, exitCode: 0 })], size)
    await terminal.until('session  01a205ad-a283-7215-8422-8d296238d811')
    terminal.type('j')
    await terminal.until('session  01a205ad-a283-7215-8422-8d296238d810')
    await terminal.quit()
  })
})
