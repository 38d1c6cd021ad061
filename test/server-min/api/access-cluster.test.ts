import { expect, onTestFinished, test } from 'vitest'
import { Access } from '../../../server-min/api/access.ts'
import { accessOfCluster } from '../../../server-min/api/access-cluster.ts'
import { ALICE } from '../rig/client.ts'
import { type ReviewAnswer, ReviewApi } from '../rig/review-api.ts'

async function apiServer(answer: ReviewAnswer) {
  const api = await ReviewApi.start()
  onTestFinished(() => api[Symbol.asyncDispose]())
  api.answer = answer
  const access = new Access(await accessOfCluster(api.kubeconfig), () => performance.now())
  return { access, asked: api.asked }
}

const QUESTION = { verb: 'audit', resource: 'sessions', subresource: 'log', namespace: 'prod', name: 'x' } as const
const CAROL = { ...ALICE, extra: { 'example.com/team': ['a', 'b'] } }

test('the cluster is asked about this user, with all that is known of them, and this session', async () => {
  const { access, asked } = await apiServer({ allowed: true })
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  expect(asked).toMatchObject([
    {
      url: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        spec: {
          user: 'alice',
          uid: 'uid-alice',
          groups: ['developers'],
          extra: { 'example.com/team': ['a', 'b'] },
          resourceAttributes: { ...QUESTION, group: 'kube-audit-exec.io', version: 'v1alpha1' },
        },
      },
    },
  ])
})

test.each([[{ allowed: false }], [{ allowed: true, denied: true }], [{}], [{ allowed: 'true' }]])(
  'an answer of %j allows nothing',
  async (status) => {
    const { access } = await apiServer(status)
    expect(await access.may(CAROL, QUESTION)).toBe(false)
  },
)

test('no answer is no right, and says whom to ask', async () => {
  const { access, asked } = await apiServer(403)
  await expect(access.may(CAROL, QUESTION)).rejects.toMatchObject({ code: 'KAE_READ_UNREVIEWED' })
  await expect(access.may(CAROL, QUESTION)).rejects.toMatchObject({ code: 'KAE_READ_UNREVIEWED' })
  expect(asked).toHaveLength(2)
})

test('two of the same name with other groups are two', async () => {
  const { access, asked } = await apiServer({ allowed: true })
  for (const groups of [['a'], ['a'], ['b'], ['a', 'b'], ['b', 'a']]) await access.may({ ...CAROL, groups }, QUESTION)
  expect(asked).toHaveLength(3)
})

test('an answer holds for seconds, not for longer', async () => {
  let now = 0
  let asked = 0
  const access = new Access(
    async () => {
      asked += 1
      return asked === 1
    },
    () => now,
  )
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  now = 4_999
  expect(await access.may(CAROL, QUESTION)).toBe(true)
  now = 10_000
  expect(await access.may(CAROL, QUESTION)).toBe(false)
})
