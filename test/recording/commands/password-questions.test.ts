import { describe, expect, it } from 'vitest'
import { PasswordQuestions } from '../../../src/recording/commands/password-questions.ts'

/** Of lines that are entered one after the other, which are taken for passwords. */
function hiddenOf(...lines: string[]): string[] {
  const questions = new PasswordQuestions()
  return lines.filter((line) => questions.entered(line))
}

describe('what may be a password, from the keys alone', () => {
  it.each([
    'sudo -i',
    'su - postgres',
    'cd /srv && sudo systemctl restart app',
    'ssh ops@db-1',
    'scp x ops@db-1:',
    'ssh-keygen -t ed25519',
    'mysql -u root -p shop',
    'mariadb -uroot -p',
    'psql -W shop',
    '\\password',
    'curl -u admin https://x/',
    'zip -qe x.zip a',
    'openssl genrsa -aes128 -out k.pem',
    'docker login registry.example',
    'read -rs token',
    'stty -echo; cat > key; stty echo',
    'token = getpass("Token: ")',
    'FOO=1 sudo true',
  ])('is what comes after %j', (asks) => {
    expect(hiddenOf(asks, 'open sesame', 'ls')).toEqual(['open sesame'])
  })

  it.each([
    'ls -la',
    'curl -u admin:x https://x/',
    'grep sudoers x',
    'echo su',
    'zip x.zip a',
    'read line',
    'cat passing',
  ])('is not what comes after %j', (other) => {
    expect(hiddenOf(other, 'open sesame')).toEqual([])
  })

  it('is still to come where a question was answered with yes', () => {
    expect(hiddenOf('ssh db-1', 'yes', 'hunter2', 'uptime')).toEqual(['hunter2'])
  })

  it('is also the second try, and the same once more', () => {
    expect(hiddenOf('sudo -i', 'wrong-0', 'right-1', 'id -un')).toEqual(['wrong-0', 'right-1'])
    expect(hiddenOf('openssl passwd', 'some words', 'some words', 'ls')).toEqual(['some words', 'some words'])
  })

  it('is as many lines as one command reads', () => {
    const reads = 'read -sp "New: " a; read -sp "Again: " b'
    expect(hiddenOf(reads, 'one phrase', 'other phrase', 'ls')).toEqual(['one phrase', 'other phrase'])
  })

  it('is not expected again from sudo, but for what looks like one', () => {
    expect(hiddenOf('sudo id', 'pw word', 'sudo ls', 'cat x y', 'sudo id', 'S3cret!')).toEqual(['pw word', 'S3cret!'])
  })

  it('is not expected any more after Ctrl-C', () => {
    const questions = new PasswordQuestions()
    questions.entered('sudo -i')
    questions.interrupted()
    expect(questions.entered('ls -l')).toBe(false)
  })

  it('is a strong one wherever it stands, but no path, no file, no name and no call', () => {
    const words = ['Tr0ub4dor&3', './Run-2x', '$HOME/Bin2', 'Report-2026.csv', 'kube-system', 'f("A1")', 'A1=b-c-d-e']
    expect(hiddenOf(...words)).toEqual(['Tr0ub4dor&3'])
  })

  it('is found in linear time in what is hostile', () => {
    const time = (length: number): number => {
      const line = 'mysql -x'.repeat(length / 8)
      const started = performance.now()
      for (let round = 0; round < 20; round += 1) hiddenOf(line)
      return performance.now() - started
    }
    time(1_024)
    expect(time(65_536)).toBeLessThan(200 * Math.max(time(1_024), 0.2))
  })
})
