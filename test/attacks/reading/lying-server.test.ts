/** A server that answers with what nobody asked for: the wrong session, two of one name, words for a shell. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { complete, completionText, type Sources } from '../../../src/launch/completion/candidates.ts'
import { completionScript } from '../../../src/launch/completion/scripts.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import { ID, SESSION, sendJson, serve } from '../../reading/rig.ts'

test('another session than was asked for is not believed', async () => {
  await using served = await serve((_url, response) => sendJson(response, SESSION))
  expect((await served.library.get(ID)).metadata.name).toBe(ID)
  const other = makeSessionId(1, Buffer.alloc(10, 7))
  await expect(served.library.get(other)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
})

test('pods of one name put no description on the line of bash', async () => {
  const pod = { value: 'web-0', description: 'Running) $(touch owned)' }
  const nothing = async () => []
  const sources: Sources = {
    contexts: nothing,
    clusters: nothing,
    kubeconfigUsers: nothing,
    namespaces: nothing,
    pods: async () => [pod, pod],
    containers: nothing,
    sessions: nothing,
    recordedUsers: nothing,
  }
  const command = { id: 'exec', flags: {} }
  const cursor = { place: { type: 'word' }, command, words: [], typed: '', flags: {} }
  const answer = completionText(await complete(cursor as never, { commands: {} }, sources))
  const script = `kube-audit-exec() { printf '%s' "$ANSWER"; }
    ${completionScript('bash')}
    COMP_WORDS=(kube-audit-exec exec ''); COMP_CWORD=2
    __kube_audit_exec; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: { ...process.env, ANSWER: answer } })
  expect(stdout).toBe('web-0\n')
})
