/** Whether work was done in time; it goes on in any case. Without a limit its end is waited for. */
export async function isDoneWithin(work: Promise<void>, limitMs: number | undefined): Promise<boolean> {
  const done = work.then(() => true)
  if (limitMs === undefined) return done
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMs, false)
  })
  return Promise.race([done, over]).finally(() => clearTimeout(timer))
}
