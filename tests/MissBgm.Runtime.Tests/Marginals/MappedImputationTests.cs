using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Runtime.Tests.Models.Pfn;

namespace MissBgm.Runtime.Tests.Marginals;

/// <summary>Imputations of columns with maps: x = map(g), g of a one-factor normal law with loadings 0.8.</summary>
public class MappedImputationTests
{
    private const int Rows = 700;
    private static readonly InferenceSettings Settings = new() { Draws = 100, BurnIn = 2, Chains = 2 };
    private static readonly CollapsedWeights Weights = new(
        1, 3, [0.8, 0.8, 0.8], [0, 0, 0], [0.6, 0.6, 0.6], [0, 0, 0], [0, 0, 0], [0, 0, 0]);

    private static readonly (Table Table, TableSchema Schema, double[,] Truth) Simulated = Simulate();

    [Fact]
    public void Neither_threads_nor_a_split_at_512_rows_change_a_byte()
    {
        var whole = Impute(new ImputeOptions { Threads = 1 }).Cells;
        Assert.Equal(whole, Impute(new ImputeOptions { Threads = 3 }).Cells);
        Assert.Equal(whole, [.. Impute(new ImputeOptions { EndRow = 512 }).Cells, .. Impute(new ImputeOptions { FirstRow = 512 }).Cells]);
    }

    // The model is the truth but for the maps, which were learned from 490 values of a column. Places of 420 hidden true values among 200
    // draws each, half of those on a spike at random: Kolmogorov's limit of 1 in 1,000 is 0.095; the unmapped model, whose draws have no
    // spike and no skew, is to be beyond it.
    [Fact]
    public void True_values_lie_anywhere_among_the_draws_with_equal_chance()
    {
        Assert.InRange(Distance(Simulated.Schema), 0, 0.095);
        Assert.True(Distance(new TableSchema([.. Simulated.Schema.Columns.Select(column => column with { Marginal = null })])) > 0.095);
    }

    [Fact]
    public void Draws_of_a_pretrained_network_keep_to_atoms_and_bounds_too()
    {
        var draws = new Draws();
        Nano.Imputer.Impute(Simulated.Table.Slice(0, 60), Nano.Options(16) with { DrawSinks = [draws] });
        Assert.All(draws.Values.SelectMany(values => values), value => Assert.True(value >= 0));
        Assert.Contains(draws.Values.SelectMany(values => values), value => value == 0);
    }

    private static ImputedTable Impute(ImputeOptions options, TableSchema? schema = null)
    {
        using var model = new TestModel(Weights, Mechanism.Ignorable, (schema ?? Simulated.Schema).Columns, Settings);
        using var imputer = Imputer.Load(model.Path);
        return imputer.Impute(Simulated.Table, options);
    }

    private static double Distance(TableSchema schema)
    {
        var (draws, uniforms) = (new Draws(), new float[3]);
        var cells = Impute(new ImputeOptions { DrawSinks = [draws], Threads = 1 }, schema).Cells;
        var places = cells.Select((cell, i) =>
        {
            new Philox(3).Uniforms(uniforms, RandomPurpose.Simulation, 2, cell.Row, 0);
            var (values, truth) = (draws.Values[i], Simulated.Truth[cell.Row, cell.Column]);
            var (below, equal) = (values.Count(value => value < truth - 1e-6), values.Count(value => Math.Abs(value - truth) <= 1e-6));
            return (below + uniforms[cell.Column] * equal) / values.Length;
        }).Order().ToArray();
        return places.Select((place, i) => Math.Max(place - i / (double)places.Length, (i + 1.0) / places.Length - place)).Max();
    }

    private static (Table Table, TableSchema Schema, double[,] Truth) Simulate()
    {
        var (truth, values, normals, uniforms) = (new double[Rows, 3], new double[Rows, 3], new float[4], new float[3]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(21).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(21).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            for (var j = 0; j < 3; j++)
            {
                var g = 0.8 * normals[3] + 0.6 * normals[j];
                truth[row, j] = g < 0 ? 0 : Math.Exp(1.5 * g) - 1;
                values[row, j] = uniforms[j] < 0.2 ? double.NaN : truth[row, j];
            }
        }

        var table = Table.FromNumbers(["a", "b", "c"], values);
        var (schema, counts) = (TableSchema.Detect(table), ValueCounts.Of(table, TableSchema.Detect(table)));
        return (table, schema.With([.. schema.Modelled.Select((column, c) => column with { Marginal = MarginalLearning.Normal(column, counts[c]!) })]), truth);
    }

    private sealed class Draws : IDrawSink
    {
        public float[][] Values { get; private set; } = [];

        public void Begin(int cells, int chains, int draws) => Values = new float[cells][];

        public void Take(int cell, ReadOnlySpan<float> draws) => Values[cell] = draws.ToArray();
    }
}
