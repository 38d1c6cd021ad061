#!/usr/bin/env node
// This file must parse on Node 12, so that an old Node comes as far as the sentence below and not to a syntax error.
// biome-ignore lint/style/useNodejsImportProtocol: old Nodes do not know the prefix
import module from 'module'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`error: kube-audit-exec needs Node 22.19 or newer; this is Node ${process.versions.node}`)
  process.exit(1)
}
module.enableCompileCache()
void import('../dist/launch.mjs').then((program) => program.launch(process.argv))
