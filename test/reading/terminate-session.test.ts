import { expect, it } from 'vitest'
import { terminateSession } from '../../src/reading/terminate-session.ts'
import { ListedLibrary } from '../rig/listed-library.ts'
import { capturedOutput, sessionObject } from '../rig/session-object.ts'

it.each([
  ['', 'KAE_READING_VALUE_INVALID'],
  [' \t', 'KAE_READING_VALUE_INVALID'],
  ['INC-1234', 'KAE_TERMINATE_NOT_HERE'],
])('with the reason %j on this machine is refused with %s, before anybody is asked', async (reason, code) => {
  const session = sessionObject({ status: { phase: 'Live' } })
  const source = { library: new ListedLibrary([session]), resolved: { id: session.metadata.name, session } }
  const ending = terminateSession(source, { reason, sure: false }, capturedOutput())
  await expect(ending).rejects.toMatchObject({ code, exit: 1 })
})
