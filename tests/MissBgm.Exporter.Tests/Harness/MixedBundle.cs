using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>A bundle of a default mechanism with numbers, whole numbers and discrete columns, and a table for it.</summary>
internal static class MixedBundle
{
    public const string Csv = "height,smoker,colour,age\n1.71,yes,,40\n,no,red,31\n1.85,,green,\n,,,22\n1.6,yes,blue,\n";

    public static readonly string[] Colours = ["red", "green", "blue"];

    // Two fits: draws of the parameters. Six Gaussian columns: height, age, smoker, and an indicator of each colour.
    public static void Write(string path)
    {
        CollapsedWeights Weights(int stream) => new(
            2, 6, Randomly.Normals(12, stream, 0.5), Randomly.Normals(6, stream + 1, 0.2), Randomly.Uniforms(6, stream + 2, 0.5, 0.9),
            Randomly.Uniforms(6, stream + 3, -0.8, 0.8), Randomly.Normals(12, stream + 4, 0.2), Randomly.Normals(6, stream + 5, 0.3));
        var fits = GeneratorEvidence.Linear with { Fits = [new GeneratorFit(1, 0.5, null), new GeneratorFit(1, 0.5, null)] };
        var manifest = Descriptions.Of(2, 0, new InferenceSettings { Chains = 2, BurnIn = 10, Draws = 256 }) with
        {
            Mechanism = Mechanism.Selection,
            Generator = fits,
            Columns =
            [
                Column("height", ColumnType.Numeric, 1.7, 0.1, 1.4, 2.1),
                Column("smoker", ColumnType.Binary, 0, 1, 0, 1) with { Levels = ["no", "yes"], LevelShares = [0.6, 0.4] },
                Column("colour", ColumnType.Categorical, 0, 1, 0, 2) with { Levels = Colours, LevelShares = [0.5, 0.3, 0.2] },
                Column("age", ColumnType.Integer, 35, 10, 18, 70) with { LowerBound = 0 },
            ],
        };
        CollapsedBundle.Write(path, manifest, new CollapsedMixture([Weights(4000), Weights(4010)], [0, 0]), null);
    }

    private static ColumnSchema Column(string name, ColumnType type, double location, double scale, double minimum, double maximum) =>
        new() { Name = name, Type = type, Location = location, Scale = scale, Minimum = minimum, Maximum = maximum, ObservedShare = 0.8 };
}
