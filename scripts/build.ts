/** Builds dist/, oclif.manifest.json and THIRD_PARTY_LICENSES.txt. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle } from './bundle.ts'
import { licensesOf } from './licenses.ts'
import { manifestOf } from './manifest.ts'

const root = dirname(import.meta.dirname)
const files = await bundle(root, join(root, 'dist'))
writeFileSync(join(root, 'THIRD_PARTY_LICENSES.txt'), licensesOf(files))
writeFileSync(join(root, 'oclif.manifest.json'), await manifestOf(root))
