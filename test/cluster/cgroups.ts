import { globSync, rmdirSync } from 'node:fs'
import { basename } from 'node:path'
import { inState } from './layout.ts'

/** Without cgroups per quality of service, containerd puts each container into this one, below it by the container's id. */
const PARENT = 'k8s.io'

/** With cgroup v1 each controller has a tree of its own below /sys/fs/cgroup; with v2 there is one. */
const find = (path: string): string[] => globSync([`/sys/fs/cgroup/${path}`, `/sys/fs/cgroup/*/${path}`])

/** The containers that containerd had not yet buried: a container that ended in order left no cgroup. */
const containerIds = (): string[] =>
  globSync(inState('containerd/state/io.containerd.runtime.v2.task/k8s.io/*')).map((path) => basename(path))

/** Removes the cgroups of our containers; says false while the kernel is still burying their last processes. */
export function removeCgroups(): boolean {
  const own = containerIds().flatMap((id) => find(`${PARENT}/${id}`))
  // A cgroup's folder holds files that cannot be removed, and goes by rmdir alone: the deepest first.
  const folders = own.flatMap((root) => [root, ...globSync(`${root}/**/`)]).sort((a, b) => b.length - a.length)
  const removed = folders.map(removeIfUnused)
  // Another containerd of this machine may have containers there: then the parent stays.
  for (const parent of find(PARENT)) removeIfUnused(parent)
  return !removed.includes(false)
}

function removeIfUnused(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code === 'EBUSY') return false
    throw error
  }
}
