import PACKAGE from '../package.json' with { type: 'json' }

export const SERVER_VERSION: string = PACKAGE.version
