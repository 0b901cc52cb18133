// HMC within Gibbs on gibbs_sweep.onnx: the graph does a whole sweep, the host supplies noise and adapts the step sizes.
import { Philox, Purpose } from "./philox.mjs";

/** Runs gibbs_sweep.onnx on N rows; state = { z, x } and noise are Float32Arrays. */
export class SweepGraph {
  static async open(bundle, observed, rows) {
    return new SweepGraph(bundle, await bundle.session("gibbs_sweep.onnx"), observed, rows);
  }

  constructor(bundle, session, observed, rows) {
    const [d, p] = [bundle.latentDimension, bundle.columns.length];
    Object.assign(this, { bundle, session, rows, latent: [rows, d], cells: [rows, p] });
    this.fixed = { observed: bundle.tensor(observed, this.cells), beta: bundle.tensor([bundle.inference.beta], []) };
  }

  async run(state, noise, stepSizes) {
    const { bundle, latent, cells, rows } = this;
    const results = await this.session.run({
      ...this.fixed,
      z: bundle.tensor(state.z, latent),
      x: bundle.tensor(state.x, cells),
      latent_noise: bundle.tensor(noise.latent, latent),
      latent_uniform: bundle.tensor(noise.latentUniform, [rows]),
      latent_step_size: bundle.tensor(stepSizes.latent, [rows]),
      missing_noise: bundle.tensor(noise.missing, cells),
      missing_uniform: bundle.tensor(noise.missingUniform, [rows]),
      missing_step_size: bundle.tensor(stepSizes.missing, [rows]),
    });
    return {
      state: { z: results.next_z.data, x: results.next_x.data },
      acceptance: { latent: results.latent_acceptance.data, missing: results.missing_acceptance.data },
    };
  }
}

/** Noise of one sweep for the chains of one table row, keyed as in the C# runtime. */
export function sweepNoise(random, graph, row, sweep) {
  const [rows, d, p] = [graph.rows, graph.latent[1], graph.cells[1]];
  const noise = { latent: new Float32Array(rows * d), missing: new Float32Array(rows * p), latentUniform: new Float32Array(rows), missingUniform: new Float32Array(rows) };
  for (let chain = 0; chain < rows; chain++) {
    random.normals(noise.latent.subarray(chain * d, (chain + 1) * d), Purpose.latentMomentum, chain, row, sweep);
    random.normals(noise.missing.subarray(chain * p, (chain + 1) * p), Purpose.missingMomentum, chain, row, sweep);
    noise.latentUniform[chain] = random.uniform(Purpose.latentAcceptance, chain, row, sweep);
    noise.missingUniform[chain] = random.uniform(Purpose.missingAcceptance, chain, row, sweep);
  }
  return noise;
}

/**
 * Step sizes of one sweep: the adapted ones times a random factor. Trajectories of one length resonate with targets that are near normal: they
 * return to where they began (Neal 2011, Section 5.3.2).
 */
export function jitter(random, stepSizes, sweep) {
  const scaled = (sizes, step) => {
    const factor = 0.2 + 0.8 * random.uniform(Purpose.trajectoryLength, 0, 0, step);
    return sizes.map((size) => factor * size);
  };
  return { latent: scaled(stepSizes.latent, 2 * sweep), missing: scaled(stepSizes.missing, 2 * sweep + 1) };
}

/** Dual averaging of each chain's step size (Hoffman and Gelman 2014, Algorithm 5, with its constants). */
export class DualAveraging {
  constructor(rows, initial, target) {
    Object.assign(this, { target, centre: Math.log(10 * initial), updates: 0 });
    this.stepSize = new Float32Array(rows).fill(initial);
    this.statistic = new Float64Array(rows);
    this.logAverage = new Float64Array(rows);
  }

  update(acceptance) {
    this.updates++;
    const [weight, decay] = [1 / (this.updates + 10), this.updates ** -0.75];
    this.stepSize.forEach((_, i) => {
      this.statistic[i] += weight * (this.target - acceptance[i] - this.statistic[i]);
      const logStep = this.centre - (Math.sqrt(this.updates) / 0.05) * this.statistic[i];
      this.logAverage[i] += decay * (logStep - this.logAverage[i]);
      this.stepSize[i] = Math.exp(logStep);
    });
  }

  freeze() {
    this.stepSize.forEach((_, i) => (this.stepSize[i] = Math.exp(this.logAverage[i])));
  }
}

/** Chains start at the encoder's z, and the missing cells at the generator's mean there. */
async function start(bundle, values, observed, chains) {
  const [encoder, generator] = [await bundle.session("encoder.onnx"), await bundle.session("generator.onnx")];
  const { z } = await encoder.run({ x: bundle.tensor(values, [1, values.length]) });
  const { mean } = await generator.run({ z });
  const x = values.map((value, j) => (observed[j] ? value : mean.data[j]));
  const repeat = (array) => Float32Array.from({ length: chains * array.length }, (_, i) => array[i % array.length]);
  return { z: repeat(z.data), x: repeat(x) };
}

/**
 * Draws the missing cells of one row.
 * @param {Bundle} bundle
 * @param {Object<string, number>} row observed values by column name
 * @returns for each missing column its posterior mean, s.d. and interval, in original units
 */
export async function imputeRow(bundle, row, { chains = 4, burnIn = 300, draws = 500, seed = 42, progress = () => {} } = {}) {
  const { values, observed } = bundle.encode(row);
  const missing = observed.flatMap((seen, j) => (seen ? [] : [j]));
  const p = values.length;
  const graph = await SweepGraph.open(bundle, Array.from({ length: chains * p }, (_, i) => observed[i % p]), chains);
  const random = new Philox(seed);
  const { step_size: initial, target_acceptance: target, alpha } = bundle.inference;
  const [latent, cells] = [new DualAveraging(chains, initial, target), new DualAveraging(chains, initial, target)];
  const samples = missing.map(() => []);
  let state = await start(bundle, values, observed, chains);
  for (let sweep = 0; sweep < burnIn + draws; sweep++) {
    const stepSizes = jitter(random, { latent: latent.stepSize, missing: cells.stepSize }, sweep);
    const result = await graph.run(state, sweepNoise(random, graph, 0, sweep), stepSizes);
    state = result.state;
    if (sweep < 0.8 * burnIn) {
      latent.update(result.acceptance.latent);
      cells.update(result.acceptance.missing);
      if (sweep + 1 >= 0.8 * burnIn) [latent, cells].forEach((adaptation) => adaptation.freeze());
    }
    if (sweep >= burnIn) missing.forEach((j, k) => { for (let chain = 0; chain < chains; chain++) samples[k].push(state.x[chain * p + j]); });
    progress((sweep + 1) / (burnIn + draws));
  }
  return missing.map((j, k) => summarise(bundle.columns[j], samples[k], alpha));
}

function summarise(column, draws, alpha) {
  const sorted = Float64Array.from(draws).sort();
  const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sorted.length - 1));
  const original = (value) => column.location + column.scale * value;
  return { column: column.name, mean: original(mean), sd: column.scale * deviation, lower: original(quantile(alpha / 2)), upper: original(quantile(1 - alpha / 2)) };
}
