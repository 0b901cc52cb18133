// What the imputers of all kinds of bundles share: cells as numbers, and the noise.
import { Philox } from "./philox.mjs";

export const isMissing = (text) => text === undefined || text === null || ["", "NA", "NaN"].includes(String(text).trim());

/** A cell of a column of numbers; NaN where it is missing. */
export function number(rows, row, column, first) {
  const text = rows[row][column.name];
  if (isMissing(text)) return NaN;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`Data row ${first + row}, column '${column.name}': '${text}' is not a number.`);
  return value;
}

/** Uniform numbers, [draws, rows, width], keyed by row and draw, so that they do not depend on how rows are split. */
export function noise(draws, rows, width, first, seed) {
  const [random, values] = [new Philox(seed), new Float64Array(draws * rows * width)];
  for (let draw = 0, at = 0; draw < draws; draw++) {
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < width; k += 4) {
        for (const word of random.block(0, 0, first + row, draw, k >> 2).slice(0, width - k)) values[at++] = (word + 0.5) / 4294967296;
      }
    }
  }
  return values;
}
