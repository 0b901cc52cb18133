// A MissBGM bundle: its manifest, its graphs, and the way between a row in original units and what the model sees.
export class Bundle {
  /**
   * @param ort onnxruntime-node or onnxruntime-web
   * @param {(name: string) => Promise<Uint8Array>} read gives a file of the bundle
   */
  static async open(ort, read) {
    const manifest = JSON.parse(new TextDecoder().decode(await read("manifest.json")));
    if (manifest.kind !== "missbgm") throw new Error(`The bundle is of kind '${manifest.kind}', not 'missbgm'.`);
    return new Bundle(ort, read, manifest);
  }

  constructor(ort, read, manifest) {
    Object.assign(this, { ort, read, manifest, latentDimension: manifest.latent_dimension, inference: manifest.inference });
    // Constant columns are not modelled.
    this.columns = manifest.columns.filter((column) => column.minimum !== column.maximum);
  }

  /** Opens one of the graphs. One thread: the graphs are small, and one thread gives the same bits in every host of one version. */
  async session(name) {
    return this.ort.InferenceSession.create(await this.read(name), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  }

  /** A float32 tensor. */
  tensor(values, shape) {
    return new this.ort.Tensor("float32", Float32Array.from(values), shape);
  }

  /** Standardised values (0 where missing) and the mask of a row given as {column: number}; a missing or empty entry is a missing cell. */
  encode(row) {
    const unknown = Object.keys(row).filter((name) => !this.manifest.columns.some((column) => column.name === name));
    if (unknown.length > 0) throw new Error(`Unknown column '${unknown[0]}'; the model knows ${this.manifest.columns.map((column) => column.name).join(", ")}.`);
    const cells = this.columns.map((column) => row[column.name]);
    const observed = cells.map((cell) => (cell === undefined || cell === null || cell === "" ? 0 : 1));
    const values = this.columns.map((column, j) => (observed[j] ? (Number(cells[j]) - column.location) / column.scale : 0));
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`Column '${this.columns[bad].name}': '${cells[bad]}' is not a number.`);
    return { values, observed };
  }
}
