import { startLibrary } from '../../../../server-min/library/worker/worker-library.ts'
import { describeLibrary } from '../contract.ts'

describeLibrary('A library in a worker', ({ folder, indexFile }, log) =>
  Promise.resolve(startLibrary({ place: 'here', folder, log, indexFile })),
)
