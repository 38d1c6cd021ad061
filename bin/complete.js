#!/usr/bin/env node
// This file must parse on Node 12, so that an old Node comes as far as the sentence below and not to a syntax error.
// biome-ignore-start lint/style/useNodejsImportProtocol: old Nodes do not know the prefix
import module from 'module'
import path from 'path'

// biome-ignore-end lint/style/useNodejsImportProtocol: as above

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`error: kube-audit-exec needs Node 22.19 or newer; this is Node ${process.versions.node}`)
  process.exit(1)
}
// Compiled code is kept between runs, in the user's own folder. Node's default is one in /tmp, where somebody else on this
// machine could lay down code for us to run.
const home = process.env.HOME || process.env.USERPROFILE
const cache = process.env.XDG_CACHE_HOME || (home && path.join(home, '.cache'))
if (cache && path.isAbsolute(cache)) module.enableCompileCache(path.join(cache, 'kube-audit-exec', 'compiled'))
void import('../dist/launch.mjs').then((program) => {
  const [node, path, ...words] = process.argv
  return program.launch([node, path, '__complete', ...words])
})
