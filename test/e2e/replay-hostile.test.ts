/** Whatever was recorded may try to attack the reader: here is what reaches the reader's terminal of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ending, type Moment, recordsOf, size } from '../player/rig/recorded.ts'
import { Viewer } from '../player/rig/viewer.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { programEnv, RUN } from './rig/program.ts'

const ATTACKS: Readonly<Record<string, string>> = {
  'a hyperlink (OSC 8)': '\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\',
  'the clipboard (OSC 52)': '\x1b]52;c;ZXZpbA==\x07\x1b]52;c;?\x07',
  'a title': '\x1b]0;evil title\x07\x1b]2;evil title\x1b\\\x1bkevil title\x1b\\',
  'a report of the title': '\x1b[21t\x1b[20t\x1b[22t\x1b[23t',
  'a report of a setting (DECRQSS)': '\x1bP$qm\x1b\\\x1bP$q"p\x1b\\',
  'a report of the cursor (DSR)': '\x1b[6n\x1b[5n\x1b[?6n',
  'device attributes (DA)': '\x1b[c\x1b[>c\x1b[=c\x1bZ\x05',
  'a report of modes or colours': '\x1b[?2026$p\x1b]4;1;?\x07\x1b]10;?\x07\x1b[?u\x1b[>q',
  'C1 controls, as characters and as bytes': '\u{9b}31m\u{9d}0;evil\u{9c}\u{90}$qm\u{9c}\u{84}',
  'direction marks': 'safe\u{202e}elif\u{202c}\u{2066}x\u{2069}\u{200f}\u{feff}\u{061c}',
  'mouse, paste and focus modes': '\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?1h\x1b=',
  'a reset and other screens': '\x1bc\x1b[!p\x1b[?47h\x1b[?1049h\x1b[?1049l\x1b[3J',
  'printer and media copy': '\x1b[5i secret \x1b[4i\x1b[?5i',
  'counts without end': '\x1b[2147483647L\x1b[2147483647S\x1b[2147483647I\x1b[2147483647b\x1b[2147483647@',
  'marks without end': `a${'\u{301}'.repeat(100_000)}`,
  'a sequence of a megabyte': `\x1b]0;${'x'.repeat(1_000_000)}\x07\x1b[${'1;'.repeat(500_000)}m\x1bP${'y'.repeat(1_000_000)}\x1b\\`,
  'a line of a megabyte': 'z'.repeat(1_000_000),
}

const MOST_PAYLOAD = 60_000

/** Cut as a recorder cuts: anywhere. */
function* recording(attack: string): Generator<Moment> {
  yield size(0, 80, 24)
  const bytes = Buffer.from(attack)
  for (let at = 0; at < bytes.length; at += MOST_PAYLOAD) yield [0.1, 'output', bytes.subarray(at, at + MOST_PAYLOAD)]
  yield [0.2, 'output', '\x1b[0m\r\nthe last line\r\n']
  yield [600, 'output', '']
  yield ending(600)
}

/** All that a player ever says to a terminal: its own modes, places, looks, an erased screen; and text. */
const ESCAPE = '\x1b'
const OURS = new RegExp(`${ESCAPE}\\[(?:\\?(?:1049|7|2004|25|2026)[hl]|\\d+;\\d+H|0[\\d;]*m|2J)`, 'g')
/** How far the index is, on a machine that is busy: before the picture, and erased. */
const PROGRESS = new RegExp(
  `\\r${ESCAPE}\\[K(?:(?:reading logs|finding commands) [░█ ]+ +\\d+ %  [\\d,]+ of [\\d,]+ \\w+)?`,
  'g',
)
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

async function play(attack: string, work: (player: Viewer) => Promise<void>): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'kae-hostile-'))
  try {
    const folder = join(home, 'log')
    await writeLog(folder, recordsOf(recording(attack)))
    const argv = [process.execPath, RUN, 'sessions', 'replay', 'latest@1', '--log', folder, '--input']
    await using player = new Viewer(argv, { env: programEnv(home, { NO_COLOR: '' }), columns: 90, rows: 30 })
    await player.untilText('the last line')
    await work(player)
    player.type('q')
    const { status } = await player.run.end()
    expect(status).toBe(0)
    return player.run.shown
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

describe('a recording that holds', () => {
  test.each(Object.entries(ATTACKS))('%s plays as cells alone', async (_, attack) => {
    const shown = await play(attack, async (player) => {
      player.type('/evil title\r')
      await player.untilText('found')
    })
    const [rest = ''] = [shown.replace(PROGRESS, '').replace(OURS, '').replace(/\r\n/g, '')]
    expect(UNSAFE.exec(rest)?.[0]).toBeUndefined()
    // Marks that pile up on a character are few.
    expect(/\p{M}{20}/u.test(rest)).toBe(false)
    // Megabytes go in; a few screens come out.
    expect(shown.length).toBeLessThan(100_000)
  })
})

test('keys are answered in the midst of a flood, and one of them leaves it', async () => {
  const sizes = Array.from({ length: 10_000 }, (_, index): Moment => {
    return size(0.1, 2 + ((index * 37) % 510), 1 + ((index * 91) % 255))
  })
  const home = mkdtempSync(join(tmpdir(), 'kae-flood-'))
  try {
    const folder = join(home, 'log')
    await writeLog(folder, recordsOf([size(0, 80, 24), ...sizes, [0.2, 'output', 'the last line'], ending(1)]))
    const argv = [process.execPath, RUN, 'sessions', 'replay', 'latest', '--log', folder]
    await using player = new Viewer(argv, { env: programEnv(home), columns: 90, rows: 30 })
    await player.untilText('?: keys')
    player.type(' ')
    await player.untilText('paused')
    player.type(' ')
    await player.untilText('catching up')
    player.type('?')
    await player.untilText('pause, go on')
    player.type('q')
    await player.run.until('\x1b[?1049l')
    expect(player.run.shown).not.toContain('the last line')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

test('what a terminal answers, a mouse reports, or somebody pastes is no key', async () => {
  await play('x', async (player) => {
    const noise = [
      '\x1b[?1;2c',
      '\x1b[24;80R',
      '\x1b]52;c;cQ==\x07',
      '\x1bP1$r0mq\x1b\\',
      '\x1b[<0;1;1M',
      '\x1b[M qq',
      '\x1b[I',
    ]
    for (const each of noise) player.type(each)
    player.type('\x1b[200~q q\x03\x1b[201~')
    player.type('?')
    await player.untilText('pause, go on')
    player.type('\x1b')
    await player.until('no keys', (lines) => !lines.some((line) => line.includes('pause, go on')))
  })
})
