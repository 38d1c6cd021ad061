import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import { describeLibrary } from './contract.ts'

describeLibrary('A library that makes its index in memory', ({ folder }) =>
  openLogLibrary({ place: 'here', folders: [folder] }),
)
describeLibrary('A library with its index in a file', ({ folder, indexFile }) =>
  openLogLibrary({ place: 'here', folders: [folder], indexFile }),
)
