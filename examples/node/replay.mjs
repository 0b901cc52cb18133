// node replay.mjs BUNDLE RUN: runs the sweeps of a recorded run from its recorded noise. The same graph, noise and library version give the same
// states, bit for bit, as in any other host.
//
// RUN holds run.json { rows, sweeps, latent_step_size, missing_step_size } and noise.bin, little-endian float32: z [N, d], x [N, p] and
// observed [N, p] at the start, then for each sweep the latent noise [N, d], latent uniforms [N], missing noise [N, p] and missing uniforms [N].
// Writes RUN/states.bin: z [N, d] and x [N, p] after each sweep.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { Bundle } from "../common/bundle.mjs";
import { GibbsSweep } from "../common/gibbs.mjs";

const [folder, run] = process.argv.slice(2);
const bundle = await Bundle.open(ort, (name) => readFile(join(folder, name)));
const settings = JSON.parse(await readFile(join(run, "run.json"), "utf8"));
const bytes = await readFile(join(run, "noise.bin"));
const recorded = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

let position = 0;
const next = (count) => recorded.subarray(position, (position += count));
const [n, d, p] = [settings.rows, bundle.latentDimension, bundle.columns.length];
let state = { z: next(n * d), x: next(n * p) };
const graph = await GibbsSweep.open(bundle, next(n * p), n);
const stepSizes = { latent: new Float32Array(n).fill(settings.latent_step_size), missing: new Float32Array(n).fill(settings.missing_step_size) };
const states = new Float32Array(settings.sweeps * n * (d + p));
for (let sweep = 0; sweep < settings.sweeps; sweep++) {
  const noise = { latent: next(n * d), latentUniform: next(n), missing: next(n * p), missingUniform: next(n) };
  state = await graph.run(state, noise, stepSizes);
  states.set(state.z, sweep * n * (d + p));
  states.set(state.x, sweep * n * (d + p) + n * d);
}
await writeFile(join(run, "states.bin"), Buffer.from(states.buffer));
console.log(`${settings.sweeps} sweeps of ${n} rows`);
