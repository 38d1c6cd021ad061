/** What reading a row costs, in units of about a microsecond. */
const COLUMNS_PER_UNIT = 64
/** What a byte brings. Sessions of people need far less than it. */
const UNITS_PER_BYTE = 0.25
/** A fifth of a second. */
const MOST_UNITS = 200_000

/**
 * How much may still be read from the screen: each byte brings a little, and who spends more goes without. It bounds the time
 * of any recording, whatever its rows are: a long line in a narrow window has hundreds.
 */
export class Effort {
  #units = MOST_UNITS

  earn(bytes: number): void {
    this.#units = Math.min(MOST_UNITS, this.#units + bytes * UNITS_PER_BYTE)
  }

  /** More may be spent than is left: it is owed then. */
  spend(rows: number, columns: number): void {
    this.#units -= rows * (1 + columns / COLUMNS_PER_UNIT)
  }

  get isLeft(): boolean {
    return this.#units > 0
  }
}
