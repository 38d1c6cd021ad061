#!/usr/bin/env node
// kubectl runs this, by the name kubectl_complete-audit_exec, for `kubectl audit-exec <TAB>`. It must parse on Node 12, as
// run.js must.
process.argv.splice(2, 0, '__complete')
void import('./run.js')
