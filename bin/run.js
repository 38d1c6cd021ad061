#!/usr/bin/env node
// This file must run on Node 12 up to the sentence below: no import, which old Nodes resolve before they run anything.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`error: kube-audit-exec needs Node 22.19 or newer; this is Node ${process.versions.node}`)
  console.error('  next: Install Node 24 (https://nodejs.org/en/download), then run this again.')
  process.exit(1)
}
// Compiled code is kept between runs, in the user's own folder. Node's default is one in /tmp, where somebody else on this
// machine could lay down code for us to run.
const module = process.getBuiltinModule('module')
const path = process.getBuiltinModule('path')
const home = process.env.HOME || process.env.USERPROFILE
const cache = process.env.XDG_CACHE_HOME || (home && path.join(home, '.cache'))
if (cache && path.isAbsolute(cache)) module.enableCompileCache(path.join(cache, 'kube-audit-exec', 'compiled'))
void import('../dist/launch.mjs').then((program) => program.launch(process.argv))
