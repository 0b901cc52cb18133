// Imputes tables by a bundle's impute.onnx, which knows columns, coding and sampler: a host gives the table's own numbers and uniform random numbers, and reads
// what comes out in the table's units.
import { isMissing, noise, number } from "./cells.mjs";
import { Pretrained } from "./pretrained.mjs";

const cellsAtOnce = 20_000;

export class Imputer {
  /**
   * @param ort onnxruntime-node or onnxruntime-web
   * @param {(name: string) => Promise<Uint8Array>} read gives a file of the bundle
   * @param options of the session, such as { intraOpNumThreads: 1 }
   */
  static async open(ort, read, options = {}) {
    const manifest = readable(new TextDecoder().decode(await read("manifest.json")));
    if (manifest.kind === "pfn-flow") return Pretrained.open(ort, read, manifest, options);
    const ports = manifest.graphs?.["impute.onnx"];
    if (!ports) throw new Error("The bundle has no impute.onnx: fit with this version.");
    const session = await ort.InferenceSession.create(await read("impute.onnx"), options);
    return new Imputer(ort, session, manifest, ports);
  }

  constructor(ort, session, manifest, ports) {
    const input = (name) => ports.inputs.find((port) => port.name === name);
    Object.assign(this, { ort, session, manifest });
    this.noiseWidth = Number(input("noise").shape[2]);
    this.draws = manifest.inference.chains * manifest.inference.draws;
    // Models whose draws are chains discard the first sweeps; each draw of Bayesian weights has a chain of its own.
    this.warmUp = input("warm_up") ? manifest.inference.burn_in * Math.max(1, manifest.weight_draws ?? 0) : 0;
    this.hasFits = Boolean(input("fit_noise"));
    this.numbers = (input("numbers")?.columns ?? []).map((name) => this.column(name));
    this.levels = (input("levels")?.columns ?? []).map((name) => this.column(name));
  }

  /** What is known of the columns. */
  get columns() {
    return this.manifest.columns;
  }

  column(name) {
    const column = this.manifest.columns.find((candidate) => candidate.name === name);
    if (column.notation) throw new Error(`Column '${name}' is of dates or has a unit, which this example does not read; impute with missbgm.`);
    return column;
  }

  /**
   * Imputes the missing cells of rows given as objects of texts by column; a missing cell is absent, empty, NA or NaN.
   * @returns one entry for each missing cell: row, column, mean, sd, lower, upper (numbers) or level, probabilities (levels)
   */
  async impute(rows, { draws = this.draws, alpha = this.manifest.inference.alpha, seed = 42, progress = () => {} } = {}) {
    const columns = [...this.numbers, ...this.levels];
    for (const name of Object.keys(rows[0] ?? {}).filter((name) => !this.manifest.columns.some((column) => column.name === name))) {
      if (!this.manifest.carried.some((column) => column.name === name)) throw new Error(`Unknown column '${name}'; the model knows ${columns.map((column) => column.name).join(", ")}.`);
    }
    const chunk = Math.max(1, Math.floor(cellsAtOnce / (this.warmUp + draws)));
    const cells = [];
    for (let first = 0; first < rows.length; first += chunk) {
      cells.push(...(await this.chunk(rows.slice(first, first + chunk), first, draws, alpha, seed)));
      progress(Math.min(1, (first + chunk) / rows.length));
    }
    return cells;
  }

  async chunk(rows, first, draws, alpha, seed) {
    const [n, c, l] = [rows.length, this.numbers.length, this.levels.length];
    const tensor = (type, data, shape) => new this.ort.Tensor(type, data, shape);
    const numbers = Float64Array.from({ length: n * c }, (_, i) => number(rows, Math.floor(i / c), this.numbers[i % c], first));
    const levels = BigInt64Array.from({ length: n * l }, (_, i) => BigInt(level(rows, Math.floor(i / l), this.levels[i % l], first)));
    const sweeps = this.warmUp + draws;
    const feeds = { noise: tensor("float64", noise(sweeps, n, this.noiseWidth, first, seed), [sweeps, n, this.noiseWidth]) };
    if (this.warmUp > 0) feeds.warm_up = tensor("int64", BigInt64Array.of(BigInt(this.warmUp)), []);
    if (this.hasFits) feeds.fit_noise = tensor("float64", Float64Array.from({ length: draws }, (_, s) => (s + 0.5) / draws), [draws]);
    if (c > 0) Object.assign(feeds, { numbers: tensor("float64", numbers, [n, c]), probabilities: tensor("float64", Float64Array.of(alpha / 2, 1 - alpha / 2), [2]) });
    if (l > 0) feeds.levels = tensor("int64", levels, [n, l]);
    const wanted = [...(c > 0 ? ["mean", "standard_deviation", "quantiles"] : []), ...(l > 0 ? ["level", "level_probabilities"] : []), "acceptance"];
    const results = await this.session.run(feeds, wanted);
    const cells = [];
    for (let row = 0; row < n; row++) {
      this.numbers.forEach((column, j) => {
        const at = row * c + j;
        if (!Number.isNaN(numbers[at]) || column.role === "predict_only") return;
        const [lower, upper] = [results.quantiles.data[at], results.quantiles.data[n * c + at]];
        cells.push({ row: first + row, column: column.name, mean: results.mean.data[at], sd: results.standard_deviation.data[at], lower, upper });
      });
      let slot = 0;
      this.levels.forEach((column, j) => {
        const shares = results.level_probabilities.data.subarray(row * slots(this.levels) + slot, row * slots(this.levels) + slot + column.levels.length);
        slot += column.levels.length;
        if (levels[row * l + j] >= 0n || column.role === "predict_only") return;
        const probabilities = Object.fromEntries(column.levels.map((name, k) => [name, shares[k]]));
        cells.push({ row: first + row, column: column.name, level: column.levels[Number(results.level.data[row * l + j])], probabilities });
      });
    }
    return cells;
  }
}

// What a manifest must have to be read at all; a newer minor format has more, which is passed over.
function readable(text) {
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch (fault) {
    throw new Error(`The bundle's manifest.json is no JSON (${fault.message}); export the bundle again.`);
  }
  if (!["missbgm", "pfn-flow"].includes(manifest?.kind)) throw new Error(`The bundle is of kind '${manifest?.kind}', not 'missbgm' or 'pfn-flow'.`);
  if (manifest.format_version !== 1) throw new Error(`The bundle is of format ${manifest.format_version}, and this example knows format 1.`);
  if (manifest.kind === "missbgm" && !Array.isArray(manifest.columns)) throw new Error("The bundle's manifest.json has no list of columns; export the bundle again.");
  return manifest;
}

const slots = (columns) => columns.reduce((sum, column) => sum + column.levels.length, 0);

function level(rows, row, column, first) {
  const text = rows[row][column.name];
  if (isMissing(text)) return -1;
  const found = column.levels.findIndex((name) => name === String(text).trim() || (Number.isFinite(Number(name)) && Number(name) === Number(text)));
  if (found < 0) throw new Error(`Data row ${first + row}, column '${column.name}': '${text}' is no level of the column; allowed: ${column.levels.join(", ")}.`);
  return found;
}
