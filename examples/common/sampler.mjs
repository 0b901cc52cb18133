// Posterior draws of a row's missing cells by joint_sweep.onnx: the graph does a whole HMC update of z and the missing values, the host supplies noise
// and adapts the step sizes.
import { Philox, Purpose } from "./philox.mjs";

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

/** The identity as the metric of each of N chains, [N, d, d]. */
const identity = (rows, d) => Float32Array.from({ length: rows * d * d }, (_, i) => (Math.floor((i % (d * d)) / d) === i % d ? 1 : 0));

const repeat = (array, times) => Float32Array.from({ length: times * array.length }, (_, i) => array[i % array.length]);

/** Noise of one sweep for the chains of a row; the same seed gives the same noise in every host. */
function sweepNoise(random, chains, d, p, sweep) {
  const noise = { latent: new Float32Array(chains * d), missing: new Float32Array(chains * p), uniform: new Float32Array(chains) };
  for (let chain = 0; chain < chains; chain++) {
    random.normals(noise.latent.subarray(chain * d, (chain + 1) * d), Purpose.latentMomentum, chain, 0, sweep);
    random.normals(noise.missing.subarray(chain * p, (chain + 1) * p), Purpose.missingMomentum, chain, 0, sweep);
    noise.uniform[chain] = random.uniform(Purpose.latentAcceptance, chain, 0, sweep);
  }
  return noise;
}

/** Step sizes of one sweep: the adapted ones times a random factor, since trajectories of one length resonate (Neal 2011, Section 5.3.2). */
function jitter(random, stepSize, sweep) {
  const factor = 0.2 + 0.8 * random.uniform(Purpose.trajectoryLength, 0, 0, sweep);
  return stepSize.map((size) => factor * size);
}

/**
 * Draws the missing cells of one row. Chains start at the encoder's z, the missing cells at the generator's mean there.
 * @param {Bundle} bundle
 * @param {Object<string, number>} row observed values by column name
 * @returns for each missing column its posterior mean, s.d. and interval, in original units
 */
export async function imputeRow(bundle, row, { chains = 4, burnIn = 300, draws = 500, seed = 42, progress = () => {} } = {}) {
  const { values, observed } = bundle.encode(row);
  const [d, p] = [bundle.latentDimension, values.length];
  const missing = observed.flatMap((seen, j) => (seen ? [] : [j]));
  const { step_size: initial, target_acceptance: target, alpha, beta } = bundle.inference;
  const [encoder, sweepGraph] = [await bundle.session("encoder.onnx"), await bundle.session("joint_sweep.onnx")];
  const { z } = await encoder.run({ x: bundle.tensor(values, [1, p]) });
  const fixed = {
    x: bundle.tensor(repeat(values, chains), [chains, p]),
    observed: bundle.tensor(repeat(observed, chains), [chains, p]),
    beta: bundle.tensor([beta], []),
    metric: bundle.tensor(identity(chains, d), [chains, d, d]),
  };
  let state = { z: bundle.tensor(repeat(z.data, chains), [chains, d]), noise: bundle.tensor(new Float32Array(chains * p), [chains, p]) };
  const random = new Philox(seed);
  const adaptation = new DualAveraging(chains, initial, target);
  const samples = missing.map(() => []);
  for (let sweep = 0; sweep < burnIn + draws; sweep++) {
    const noise = sweepNoise(random, chains, d, p, sweep);
    const result = await sweepGraph.run({
      ...fixed,
      ...state,
      latent_momentum: bundle.tensor(noise.latent, [chains, d]),
      noise_momentum: bundle.tensor(noise.missing, [chains, p]),
      uniform: bundle.tensor(noise.uniform, [chains]),
      step_size: bundle.tensor(jitter(random, adaptation.stepSize, sweep), [chains]),
    });
    state = { z: result.next_z, noise: result.next_noise };
    if (sweep < 0.8 * burnIn) adaptation.update(result.acceptance.data);
    if (sweep < 0.8 * burnIn && sweep + 1 >= 0.8 * burnIn) adaptation.freeze();
    if (sweep >= burnIn) missing.forEach((j, k) => { for (let chain = 0; chain < chains; chain++) samples[k].push(result.completed.data[chain * p + j]); });
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
