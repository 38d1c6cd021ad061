import { useCluster } from '../cluster.ts'
import { installServer } from './installed.ts'

const c = await useCluster()
await using i = await installServer(c)
const t0 = performance.now()
const log = (...a: unknown[]) => console.log(((performance.now() - t0) / 1000).toFixed(1), ...a)
await i.server.stop()
log('stopped')
let last = ''
const st = async () =>
  (
    await c.kubectl([
      'get',
      'apiservice',
      'v1alpha1.kube-audit-exec.io',
      '-o',
      'jsonpath={.status.conditions[?(@.type=="Available")]}',
    ])
  ).stdout
for (;;) {
  const s = await st()
  if (s !== last) {
    log(s)
    last = s
  }
  if (s.includes('"False"') || performance.now() - t0 > 90000) break
  await new Promise((r) => setTimeout(r, 500))
}
await c.kubectl(['create', 'namespace', 'kae-exp-ns'])
await c.kubectl(['delete', 'namespace', 'kae-exp-ns', '--wait=false'])
log('deleted')
const t1 = performance.now()
for (;;) {
  const r = await c.kubectl([
    'get',
    'namespace',
    'kae-exp-ns',
    '-o',
    'jsonpath={.status.conditions[?(@.status=="True")].message}',
  ])
  if (r.status !== 0) {
    log('gone')
    break
  }
  if (r.stdout !== last) {
    last = r.stdout
    log(last)
  }
  if (performance.now() - t1 > 40000) {
    log('still there')
    break
  }
  await new Promise((r) => setTimeout(r, 500))
}
await i.server.start()
log('started')
const t2 = performance.now()
for (;;) {
  const r = await c.kubectl(['get', 'namespace', 'kae-exp-ns'])
  if (r.status !== 0) {
    log('gone')
    break
  }
  if (performance.now() - t2 > 60000) {
    log('still there')
    break
  }
  await new Promise((r) => setTimeout(r, 500))
}
