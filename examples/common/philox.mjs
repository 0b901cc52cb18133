// Counter-based random numbers, Philox4x32-10 (Salmon et al., SC 2011), keyed as in the C# runtime (MissBgm.Runtime.Numerics.Philox):
// uniform numbers are the same bit for bit, normal ones up to the last digit of the host's logarithm, sine and cosine.
export const Purpose = { latentMomentum: 4, latentAcceptance: 5, missingMomentum: 6, missingAcceptance: 7, trajectoryLength: 32 };

const multiplyHigh = (a, b) => {
  const [ah, al, bh, bl] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = ah * bl + ((al * bl) >>> 16);
  const other = al * bh + (middle & 0xffff);
  return (ah * bh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
};

export class Philox {
  /** @param {number} seed a whole number below 2^53 */
  constructor(seed) {
    this.key = [seed >>> 0, Math.floor(seed / 4294967296) >>> 0];
  }

  /** Four 32-bit words for one position of one stream. */
  block(purpose, chain, row, step, index) {
    let [a, b, c, d] = [(index | (purpose << 24)) >>> 0, step >>> 0, row >>> 0, (chain << 8) >>> 0];
    let [k0, k1] = this.key;
    for (let round = 0; round < 10; round++) {
      const [lowA, lowC] = [Math.imul(0xd2511f53, a) >>> 0, Math.imul(0xcd9e8d57, c) >>> 0];
      const [highA, highC] = [multiplyHigh(0xd2511f53, a), multiplyHigh(0xcd9e8d57, c)];
      [a, b, c, d] = [(highC ^ b ^ k0) >>> 0, lowC, (highA ^ d ^ k1) >>> 0, lowA];
      k0 = (k0 + 0x9e3779b9) >>> 0;
      k1 = (k1 + 0xbb67ae85) >>> 0;
    }
    return [a, b, c, d];
  }

  /** A uniform number on (0, 1). */
  uniform(purpose, chain, row, step) {
    return Math.fround(((this.block(purpose, chain, row, step, 0)[0] >>> 9) + 0.5) / 8388608);
  }

  /** Fills an array with standard normal numbers (Box-Muller). */
  normals(target, purpose, chain, row, step) {
    for (let i = 0; i < target.length; i += 2) {
      const words = this.block(purpose, chain, row, step, i >> 2);
      const [u, v] = (i & 2) === 0 ? [words[0], words[1]] : [words[2], words[3]];
      const radius = Math.sqrt(-2 * Math.log((u + 0.5) / 4294967296));
      const angle = (v * 2 * Math.PI) / 4294967296;
      target[i] = radius * Math.cos(angle);
      if (i + 1 < target.length) target[i + 1] = radius * Math.sin(angle);
    }
  }
}
