import { describeAppendLog } from '../../contracts/append-log.ts'
import { filePlace } from './file-place.ts'

describeAppendLog('A log of files', () => filePlace())
describeAppendLog('A log of files with very small segments', () => filePlace({ segmentBytes: 1024 }))
