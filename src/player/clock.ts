/** Time in a recording: µs since its session was opened. Pure: `now` is a monotonic clock in ms. */
export interface Clock {
  readonly at: number
  /** When it was there; undefined: it stands still. */
  readonly since: number | undefined
  readonly speed: number
}

export const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 50, 100]

export const standing = (at: number, speed = 1): Clock => ({ at, since: undefined, speed })

export const timeOf = ({ at, since, speed }: Clock, now: number): number =>
  since === undefined ? at : at + Math.max(0, now - since) * 1000 * speed

export const stopped = (clock: Clock, now: number): Clock => ({ ...clock, at: timeOf(clock, now), since: undefined })

export const started = (clock: Clock, now: number): Clock =>
  clock.since === undefined ? { ...clock, since: now } : clock

/** To another time; it runs on if it ran. */
export const movedTo = (clock: Clock, at: number, now: number): Clock => ({
  ...clock,
  at,
  since: clock.since === undefined ? undefined : now,
})

export function withSpeed(clock: Clock, speed: number, now: number): Clock {
  return { ...movedTo(clock, timeOf(clock, now), now), speed }
}

export const faster = (speed: number): number => SPEEDS.find((each) => each > speed) ?? speed
export const slower = (speed: number): number => SPEEDS.findLast((each) => each < speed) ?? speed

/** `1:23`, `1:02:03`; with tenths `1:23.4`. */
export function clockText(micros: number, tenths = false): string {
  const total = Math.max(0, Math.floor(micros / 1e5))
  const [hours, minutes, seconds] = [
    Math.floor(total / 36_000),
    Math.floor(total / 600) % 60,
    Math.floor(total / 10) % 60,
  ]
  const small = String(seconds).padStart(2, '0') + (tenths ? `.${total % 10}` : '')
  return hours === 0 ? `${minutes}:${small}` : `${hours}:${String(minutes).padStart(2, '0')}:${small}`
}
