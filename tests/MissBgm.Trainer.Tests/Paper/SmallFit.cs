using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Paper;

/// <summary>A table and a configuration that fit in a fraction of a second.</summary>
internal static class SmallFit
{
    public const int Rows = 37;
    public const int Columns = 4;
    public const int LatentDimension = 2;

    public static PaperConfig Config { get; } = new()
    {
        Epochs = 4,
        BatchSize = 9,
        GUnits = [10, 9],
        MissingnessUnits = [8],
        EarlyStopping = new EarlyStoppingConfig { Enabled = true },
        EgmInit = new EgmInitConfig { NIter = 12, EUnits = [11], DzUnits = [6, 5], DxUnits = [7] },
    };

    /// <summary>A configuration of mechanism paper.</summary>
    public static FitConfig Of(PaperConfig config) => new() { Mechanism = FitConfig.PaperMechanism, ZDim = LatentDimension, Paper = config };

    public static EncodedTable Table { get; } = CorrelatedTable(Rows, Columns, 0.25, seed: 1);

    /// <summary>The same as the paper does it: no early stopping, no noise around z, no averaging.</summary>
    public static PaperConfig AsPublished { get; } =
        Config with { ClipTheta = 0, LatentNoise = 0, Averaging = 0, EarlyStopping = new EarlyStoppingConfig { Enabled = false } };

    /// <summary>A table large enough to hold out cells.</summary>
    public static EncodedTable LargerTable { get; } = CorrelatedTable(150, 5, 0.2, seed: 8);

    /// <summary>Two columns of numbers, a binary and a categorical one.</summary>
    public static EncodedTable MixedTable { get; } = LargerTable with
    {
        Columns = 4,
        Values = [.. Enumerable.Range(0, 150 * 4).Select(i => i % 4 < 2 ? Value(i) : Level(Value(i), i % 4))],
        Observed = [.. Enumerable.Range(0, 150 * 4).Select(i => LargerTable.Observed[i / 4 * 5 + i % 4])],
        Discrete = [new(2, false), new(3, false)],
    };

    /// <summary>Columns that share one factor, with cells missing at random.</summary>
    public static EncodedTable CorrelatedTable(int rows, int columns, double missingShare, ulong seed)
    {
        var random = new Philox(seed);
        var (factor, noise, hidden) = (new float[rows], new float[rows * columns], new float[rows * columns]);
        random.Normals(factor, RandomPurpose.Simulation, 1, 0, 0);
        random.Normals(noise, RandomPurpose.Simulation, 2, 0, 0);
        random.Uniforms(hidden, RandomPurpose.Simulation, 3, 0, 0);
        var observed = hidden.Select(u => u < missingShare ? 0f : 1f).ToArray();
        return new EncodedTable(rows, columns, [.. noise.Select((e, i) => observed[i] * (0.8f * factor[i / columns] + 0.6f * e))], observed);
    }

    private static float Value(int cell) => LargerTable.Values[cell / 4 * 5 + cell % 4];

    // A number cut into two levels, or three; a missing one, 0, into the first.
    private static float Level(float value, int column) =>
        value == 0 ? 0 : column == 2 ? (value > 0 ? 1 : 0) : Math.Clamp(MathF.Floor(value + 1), 0, 2);
}
