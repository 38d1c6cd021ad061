#!/usr/bin/env node
// This file must parse on Node 12, so that an old Node comes as far as the sentence below and not to a syntax error.
// biome-ignore-start lint/style/useNodejsImportProtocol: old Nodes do not know the prefix
import module from 'module'
import path from 'path'

// biome-ignore-end lint/style/useNodejsImportProtocol: as above

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`error: kube-audit-exec-server needs Node 22.19 or newer; this is Node ${process.versions.node}`)
  process.exit(1)
}
// Compiled code is kept between runs, in the user's own folder. Node's default is one in /tmp, where somebody else on this
// machine could lay down code for us to run.
const home = process.env.HOME || process.env.USERPROFILE
const cache = process.env.XDG_CACHE_HOME || (home && path.join(home, '.cache'))
if (cache && path.isAbsolute(cache)) module.enableCompileCache(path.join(cache, 'kube-audit-exec', 'compiled'))
// A process that ends while V8's background compiler waits for a garbage collection never ends (nodejs/node#54918).
process.getBuiltinModule('v8').setFlagsFromString('--no-maglev')
void import('../dist/server.mjs')
  .then((server) => server.main(process.argv.slice(2), process.env))
  .then((status) => process.exit(status))
