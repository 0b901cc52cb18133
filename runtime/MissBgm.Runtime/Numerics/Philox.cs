using System.Runtime.CompilerServices;

namespace MissBgm.Runtime.Numerics;

/// <summary>What a stream of random numbers is for; streams of different purposes never overlap.</summary>
public enum RandomPurpose : byte
{
    /// <summary>Starting values.</summary>
    Initialisation = 1,

    /// <summary>Order of the rows in an epoch, choice of rows of a batch.</summary>
    Shuffle = 2,

    /// <summary>Noise of the encoder-generator warm start.</summary>
    WarmStart = 3,

    /// <summary>Momenta of the latent HMC update.</summary>
    LatentMomentum = 4,

    /// <summary>Accept/reject of the latent HMC update.</summary>
    LatentAcceptance = 5,

    /// <summary>Momenta of the missing-value HMC update.</summary>
    MissingMomentum = 6,

    /// <summary>Accept/reject of the missing-value HMC update.</summary>
    MissingAcceptance = 7,

    /// <summary>Simulated data.</summary>
    Simulation = 8,

    /// <summary>Lengths of HMC trajectories.</summary>
    TrajectoryLength = 32,

    /// <summary>Tasks drawn from the prior of PFN-Flow, and the noise of its training step.</summary>
    Prior = 9,

    /// <summary>The fixed prior tasks on which a pretraining run is evaluated.</summary>
    PriorEvaluation = 10,

    /// <summary>Base noise of the flow's samples.</summary>
    FlowNoise = 11,

    /// <summary>Permutations of features and classes in an ensemble of PFN predictions.</summary>
    Ensemble = 12,

    /// <summary>Context rows that the flow's head attends to.</summary>
    FlowContext = 13,

    /// <summary>Context rows and cells that are hidden to see how far the flow can be trusted.</summary>
    FlowCheck = 14,

    /// <summary>Identities by which a network over cells tells columns apart.</summary>
    ColumnIdentity = 15,

    /// <summary>Observed cells that early stopping keeps from the fit.</summary>
    HeldOutCells = 40,

    /// <summary>Noise around z in the steps that fit the generator.</summary>
    LatentNoise = 41,

    /// <summary>Draws of Bayesian networks' weights.</summary>
    WeightNoise = 42,

    /// <summary>Signs of Flipout layers.</summary>
    FlipoutSigns = 43,

    /// <summary>Proposals for missing levels, in the fit and in the sampler.</summary>
    LevelProposal = 50,

    /// <summary>Accept/reject of missing levels, in the fit and in the sampler.</summary>
    LevelAcceptance = 51,

    /// <summary>Draws of z within the Laplace-EM fit.</summary>
    LaplaceDraw = 20,

    /// <summary>Proposals of the independence sampler for z.</summary>
    LatentProposal = 21,

    /// <summary>Accept/reject of the independence sampler.</summary>
    ProposalAcceptance = 22,

    /// <summary>Selection noise of a missing cell's exact draw.</summary>
    SelectionNoise = 23,

    /// <summary>Remaining noise of a missing cell's exact draw.</summary>
    CellNoise = 24,

    /// <summary>Which member of a mixture a draw comes from; which rows start a mixture's components.</summary>
    MemberChoice = 25,

    /// <summary>Completed tables and masks on which the test of the mechanism is tried.</summary>
    MaskSimulation = 26,

    /// <summary>Levels of discrete columns, drawn by a tree, or in a trial of one.</summary>
    LevelChoice = 30,

    /// <summary>Numbers drawn by a forest.</summary>
    ForestDraw = 31,

    /// <summary>Trees of forests, and the completed tables that they are grown on.</summary>
    ForestGrowth = 33,

    /// <summary>Weights of the rows, and slopes of masks, of draws of the parameters.</summary>
    Bootstrap = 27,

    /// <summary>Draws of the parameters from their posterior.</summary>
    ParameterDraw = 28,
}

/// <summary>
/// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A number depends on
/// (seed, purpose, chain, row, step, position) alone, so results do not depend on threads or on how rows are split.
/// </summary>
/// <param name="seed">The user's seed.</param>
public readonly struct Philox(ulong seed)
{
    /// <summary>Uniform numbers on (0, 1), never 0 or 1.</summary>
    public void Uniforms(Span<float> destination, RandomPurpose purpose, int chain, long row, long step)
    {
        for (var i = 0; i < destination.Length; i += 4)
        {
            var block = Block(purpose, chain, row, step, i / 4);
            destination[i] = Unit(block.A);
            if (i + 1 < destination.Length) destination[i + 1] = Unit(block.B);
            if (i + 2 < destination.Length) destination[i + 2] = Unit(block.C);
            if (i + 3 < destination.Length) destination[i + 3] = Unit(block.D);
        }
    }

    /// <summary>Standard normal numbers (Box-Muller).</summary>
    public void Normals(Span<float> destination, RandomPurpose purpose, int chain, long row, long step)
    {
        for (var i = 0; i < destination.Length; i += 4)
        {
            var block = Block(purpose, chain, row, step, i / 4);
            var (a, b) = NormalPair(block.A, block.B);
            var (c, d) = NormalPair(block.C, block.D);
            destination[i] = a;
            if (i + 1 < destination.Length) destination[i + 1] = b;
            if (i + 2 < destination.Length) destination[i + 2] = c;
            if (i + 3 < destination.Length) destination[i + 3] = d;
        }
    }

    /// <summary>A uniformly random order of 0 .. count-1 (Fisher-Yates).</summary>
    public int[] Permutation(int count, RandomPurpose purpose, long step)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var block = Block(purpose, 0, i, step, 0);
            // 64 random bits scaled to [0, i]: the bias is below 2^-32.
            var j = (int)Math.BigMul(((ulong)block.A << 32) | block.B, (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    internal (uint A, uint B, uint C, uint D) Block(RandomPurpose purpose, int chain, long row, long step, int index)
    {
        // Counter words: position and purpose; step; row; chain and the row's high bits. 2^26 numbers a stream, 2^32 steps, 2^40 rows, 2^24 chains.
        var c0 = (uint)index | ((uint)purpose << 24);
        var c1 = (uint)step;
        var c2 = (uint)row;
        var c3 = ((uint)chain << 8) | ((uint)(row >> 32) & 0xFF);
        return Rounds(c0, c1, c2, c3, (uint)seed, (uint)(seed >> 32));
    }

    internal static (uint A, uint B, uint C, uint D) Rounds(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }

    // 23 bits and a half: the midpoints of 2^23 equal cells, exact in float32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Unit(uint bits) => ((bits >> 9) + 0.5f) * (1f / 8388608f);

    private static (float First, float Second) NormalPair(uint a, uint b)
    {
        // Double precision for the radius: 32 bits reach 6.7 standard deviations.
        var radius = Math.Sqrt(-2.0 * Math.Log((a + 0.5) * (1.0 / 4294967296.0)));
        var (sin, cos) = Math.SinCos(b * (2.0 * Math.PI / 4294967296.0));
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
