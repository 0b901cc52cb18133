// Imputes tables by the impute.onnx of a pretrained network, to which every table is its own context: the columns whose cells are all numbers; others are left as they are.
import { isMissing, noise, number } from "./cells.mjs";

const [drawsAtOnce, mostRows] = [512, 2048];

export class Pretrained {
  static async open(ort, read, manifest, options) {
    if (!manifest.graphs?.["impute.onnx"]) throw new Error("The pretrained model has no impute.onnx: it was written by an earlier version; impute with missbgm.");
    return new Pretrained(ort, await ort.InferenceSession.create(await read("impute.onnx"), options), manifest);
  }

  constructor(ort, session, manifest) {
    Object.assign(this, { ort, session, manifest, columns: [] });
  }

  /** As Imputer.impute does it; the draws of a row are spread over runs of a few rows each. */
  async impute(rows, { draws = 100, alpha = 0.05, seed = 42, progress = () => {} } = {}) {
    this.columns = described(rows);
    const [names, n] = [this.columns.map((column) => column.name), rows.length];
    if (names.length === 0) throw new Error("The table has no column whose observed cells are numbers that differ.");
    if (names.length > this.manifest.features) throw new Error(`The table has ${names.length} columns of numbers, and the model room for ${this.manifest.features}.`);
    if (n > mostRows) throw new Error(`The table has ${n} rows; this example takes ${mostRows} at most, as all of them are context.`);
    const f = names.length;
    const numbers = Float64Array.from({ length: n * f }, (_, i) => number(rows, Math.floor(i / f), this.columns[i % f], 0));
    const asked = rows.map((_, row) => row).filter((row) => numbers.subarray(row * f, (row + 1) * f).some(Number.isNaN));
    const chunk = Math.max(1, Math.floor(drawsAtOnce / draws));
    const cells = [];
    for (let first = 0; first < asked.length; first += chunk) {
      const some = asked.slice(first, first + chunk);
      cells.push(...(await this.run(numbers, n, some, draws, alpha, seed)));
      progress(Math.min(1, (first + chunk) / asked.length));
    }
    return cells;
  }

  async run(numbers, n, asked, draws, alpha, seed) {
    const [f, tensor] = [this.columns.length, (type, data, shape) => new this.ort.Tensor(type, data, shape)];
    const uniforms = new Float64Array(draws * asked.length * f);
    asked.forEach((row, i) => {
      const own = noise(draws, 1, f, row, seed);
      for (let draw = 0; draw < draws; draw++) uniforms.set(own.subarray(draw * f, (draw + 1) * f), (draw * asked.length + i) * f);
    });
    const results = await this.session.run(
      {
        numbers: tensor("float64", numbers, [n, f]), rows: tensor("int64", BigInt64Array.from(asked, BigInt), [asked.length]),
        noise: tensor("float64", uniforms, [draws, asked.length, f]), probabilities: tensor("float64", Float64Array.of(alpha / 2, 1 - alpha / 2), [2]),
      },
      ["mean", "standard_deviation", "quantiles"],
    );
    return asked.flatMap((row, i) => this.columns.flatMap(({ name }, j) => {
      if (!Number.isNaN(numbers[row * f + j])) return [];
      const [at, lower, upper] = [i * f + j, results.quantiles.data[i * f + j], results.quantiles.data[(asked.length + i) * f + j]];
      return [{ row, column: name, mean: results.mean.data[at], sd: results.standard_deviation.data[at], lower, upper }];
    }));
  }
}

/** The columns of numbers that vary, and whether they are whole. */
function described(rows) {
  return Object.keys(rows[0] ?? {}).flatMap((name) => {
    const values = rows.map((row) => row[name]).filter((text) => !isMissing(text)).map(Number);
    if (values.some((value) => !Number.isFinite(value)) || new Set(values).size < 2) return [];
    return [{ name, type: values.every(Number.isInteger) ? "integer" : "numeric" }];
  });
}
