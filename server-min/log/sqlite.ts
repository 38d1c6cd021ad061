/** SQLite without the warning of Node 22 that it is experimental: users can do nothing about it. Others stay. */
export async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  const emit = process.emitWarning
  const quiet = (...args: Parameters<typeof emit>): void => {
    if (!isAboutSqlite(args)) emit.apply(process, args)
  }
  process.emitWarning = quiet as typeof emit
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = emit
  }
}

const isAboutSqlite = ([warning, type]: readonly unknown[]): boolean =>
  type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')
