import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Kernel settings of the whole machine that a starting kubelet sets as it needs them. */
const CHANGED_BY_KUBELET = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
]

const file = (name: string): string => `/proc/sys/${name}`
const read = (name: string): string => readFileSync(file(name), 'latin1').trim()

export const readSysctls = (): Record<string, string> =>
  Object.fromEntries(CHANGED_BY_KUBELET.filter((name) => existsSync(file(name))).map((name) => [name, read(name)]))

export function restoreSysctls(before: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(before)) if (read(name) !== value) writeFileSync(file(name), value)
}
