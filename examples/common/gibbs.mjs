// HMC within Gibbs, the published sampler, on gibbs_sweep.onnx: the graph does a whole sweep, the host supplies the noise.

/** Runs gibbs_sweep.onnx on N rows; state = { z, x } and noise are Float32Arrays. */
export class GibbsSweep {
  static async open(bundle, observed, rows) {
    return new GibbsSweep(bundle, await bundle.session("gibbs_sweep.onnx"), observed, rows);
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
    return { z: results.next_z.data, x: results.next_x.data };
  }
}
