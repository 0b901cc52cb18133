using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>
/// <c>impute.onnx</c> beside this runtime: given the numbers that the runtime draws, a draw of the graph is the last of each of the
/// runtime's chains under a fit, to 1e-5 of the column's scale (single precision's normal quantiles), levels alike.
/// </summary>
public sealed class ImputeGraphTests
{
    private const ulong Seed = 20260;

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    public void Draws_of_a_mixed_table_under_several_fits_of_several_components_are_the_runtime_s(int rows)
    {
        GeneratorFit[] fits = [new(2, 0.5, null), new(1, 0.25, null), new(3, 0.25, null)];
        using var model = Model(MixedTable.Columns, Mixture(3, MixedTable.GaussianColumns, 6, selects: true, [0.3, 0.7, 1.0, 0.2, 0.5, 0.3]), fits, 12);
        Compare(model, MixedTable.Columns, fits, rows, steps: 3, dimension: 3);
    }

    [Fact]
    public void Draws_of_missing_cells_that_have_a_law_of_their_own_are_the_runtime_s()
    {
        GeneratorFit[] fits = [new(2, 0.5, null), new(1, 0.5, null)];
        const int gaussians = MixedTable.GaussianColumns;
        var observed = Mixture(3, gaussians, 3, selects: false, [0.3, 0.7, 1.0]);
        var missing = Mixture(3, gaussians, 4, selects: false, [1, 1, 1, 1]);
        var mixture = new CollapsedMixture(
            [.. observed.Members.Select((member, m) => member with
            {
                // One component draws its missing cells as it has the observed ones.
                Missing = m == 0 ? null : new MissingLaw(missing.Members[m + 1].Loadings, missing.Members[m + 1].Intercept, missing.Members[m + 1].Scale),
            })],
            observed.LogShares);
        using var model = Model(MixedTable.Columns, mixture, fits, 12);
        Compare(model, MixedTable.Columns, fits, 7, steps: 1, dimension: 3);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    public void Draws_of_levels_by_trees_with_offsets_and_limits_are_the_runtime_s(int rows)
    {
        var evidence = new LevelEvidence(20, 1, 1, 1);
        LevelNode Leaf(int[] levels, double[] shares) => new() { Levels = levels, Shares = shares };
        var colour = new LevelTree
        {
            Weight = 0.9,
            Nodes =
            [
                Leaf([0, 1, 2], [0.3, 0.3, 0.4]) with { Column = "age", Threshold = 41.5, Below = [1, 2] },
                Leaf([0, 2], [0.4, 0.6]) with { Column = "city", Below = [3, -1, 4, 3 + 1, -1] },
                Leaf([1], [1]),
                Leaf([0], [1]),
                Leaf([0, 1, 2], [0.2, 0.1, 0.7]),
            ],
            Evidence = evidence,
        };
        // After colour, whose draw it goes by.
        var smoker = new LevelTree
        {
            Weight = 0.6,
            Nodes = [Leaf([0, 1], [0.5, 0.5]) with { Column = "colour", Below = [1, -1, 2] }, Leaf([0], [1]), Leaf([0, 1], [0.1, 0.9])],
            Evidence = evidence,
        };
        ColumnSchema[] columns = [.. MixedTable.Columns.Select(column => column.Name switch
        {
            "plain" => column with { Plausible = new PlausibleRange(2.6, 9) },
            "code" => column with { Marginal = MixedTable.Set with { Limit = 0.5 } },
            "city" => column with { LevelOffsets = [0.3, -0.2, 0, 0.1, -0.2] },
            "colour" => column with { Tree = colour },
            "grade" => column with { Tree = smoker with { Nodes = [smoker.Nodes[0] with { Levels = [1, 3] }, .. smoker.Nodes.Skip(1)] } },
            _ => column,
        })];
        GeneratorFit[] fits = [new(2, 0.5, null), new(1, 0.5, null)];
        using var model = Model(columns, Mixture(3, MixedTable.GaussianColumns, 3, selects: true, [0.3, 0.7, 1.0]), fits, 12);
        Compare(model, columns, fits, rows, steps: 3, dimension: 3);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(7, 2)]
    [InlineData(1, 3)]
    public void Draws_of_numbers_by_forests_are_the_runtime_s(int rows, int passes)
    {
        // Gaussian columns: plain 0, income 1, age 2, code 3, and those of levels.
        ColumnForest Named(double weight) => new() { Weight = weight, Trees = 2, Evidence = new ForestEvidence(20, 1, 1, 1) };
        ColumnSchema[] columns = [.. MixedTable.Columns.Select(column => column.Name switch
        {
            "plain" => column with { Marginal = null, Plausible = null, Forest = Named(0.7) },
            "income" => column with { Forest = Named(0.4) },
            "age" => column with { Forest = Named(1) },
            _ => column,
        })];
        // Age goes by income's draw, which goes by plain's.
        WeightedForest[] forests = [new(0.7, TestForest.Of(0, 2, 5)), new(0.4, TestForest.Of(1, 0, 6)), new(1, TestForest.Of(2, 1, 0))];
        GeneratorFit[] fits = [new(2, 0.5, null), new(1, 0.5, null)];
        using var model = Model(columns, Mixture(3, MixedTable.GaussianColumns, 3, selects: true, [0.3, 0.7, 1.0]), fits, 12, forests, passes);
        Compare(model, columns, fits, rows, steps: 3, dimension: 3, passes);
    }

    [Fact]
    public void Draws_of_a_single_selection_model_are_the_runtime_s()
    {
        var columns = TestModel.Columns(4, 10, 2.5);
        using var model = Model(columns, Mixture(2, 4, 1, selects: true, [1.0]), [new(1, 1, null)], 3);
        Compare(model, columns, [new(1, 1, null)], 7, steps: 3, dimension: 2);
    }

    [Fact]
    public void Draws_of_an_ignorable_model_are_the_runtime_s_and_take_one_step()
    {
        GeneratorFit[] fits = [.. Enumerable.Repeat(new GeneratorFit(1, 0.25, null), 4)];
        var columns = TestModel.Columns(5, -3, 0.1);
        using var model = Model(columns, Mixture(2, 5, 4, selects: false, [1.0, 1.0, 1.0, 1.0]), fits, 4);
        Compare(model, columns, fits, 7, steps: 1, dimension: 2);
    }

    [Fact]
    public void A_table_of_a_single_column_is_imputed()
    {
        var columns = TestModel.Columns(1, 100, 20);
        using var model = Model(columns, Mixture(1, 1, 1, selects: false, [1.0]), [new(1, 1, null)], 1);
        Compare(model, columns, [new(1, 1, null)], 7, steps: 1, dimension: 1);
    }

    private static void Compare(TestModel model, ColumnSchema[] columns, GeneratorFit[] fits, int rows, int steps, int dimension, int passes = 1)
    {
        var table = MixedTable.Rows(columns, rows);
        using var imputer = Imputer.Load(model.Path);
        var settings = imputer.Inference;
        var draws = new AllDraws();
        var cells = imputer.Impute(table, new ImputeOptions { Seed = Seed, DrawSinks = [draws] }).Cells;
        var graph = new ImputeHost(model.Path, columns, table);
        var chosen = Kept(fits, settings, steps);
        var outputs = graph.Run(Noise(fits, settings, chosen, rows, steps, dimension, graph, columns, passes), [.. chosen.Select(kept => kept.FitNoise)]);
        foreach (var (cell, index) in cells.Select((cell, index) => (cell, index)))
        {
            if (columns[cell.Column].IsConstant) continue;
            for (var s = 0; s < chosen.Length; s++)
            {
                var expected = draws.Of(index)[chosen[s].Chain * settings.Draws + chosen[s].Draw];
                var actual = outputs.Completed(s, cell.Row, cell.Column);
                Assert.Equal(
                    expected, actual,
                    1e-5 * columns[cell.Column].Scale
                        * (columns[cell.Column].IsDiscrete ? 0 : 1 + Math.Abs(expected / columns[cell.Column].Scale)));
            }
        }

        outputs.RequireSummaries(columns, table, chosen.Length);
    }

    // The last draw of each fit's steps in each chain.
    private static (int Chain, int Draw, double FitNoise)[] Kept(GeneratorFit[] fits, InferenceSettings settings, int steps)
    {
        var kept = new List<(int, int, double)>();
        for (var chain = 0; chain < settings.Chains; chain++)
        {
            var upTo = 0.0;
            foreach (var fit in fits)
            {
                upTo += fit.Weight * settings.Draws;
                // Each fit's share of the draws is cut so that its chain has the graph's steps: the first ones.
                var first = (int)Math.Round(upTo - fit.Weight * settings.Draws);
                kept.Add((chain, first + steps - 1, (first + 0.5) / settings.Draws));
            }
        }

        return [.. kept];
    }

    private static double[] Noise(
        GeneratorFit[] fits, InferenceSettings settings, (int Chain, int Draw, double FitNoise)[] chosen, int rows, int steps,
        int dimension, ImputeHost graph, ColumnSchema[] columns, int passes)
    {
        var random = new Philox(Seed);
        var room = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)settings.Draws);
        var noise = new List<double>();
        ColumnSchema[] modelled =
            [.. columns.Where(column => column is { IsDiscrete: false, IsConstant: false }), .. columns.Where(column => column.IsDiscrete)];
        foreach (var (chain, draw, _) in chosen)
        {
            for (var row = 0; row < rows; row++)
            {
                double Uniform(RandomPurpose purpose, int coordinate, int at) =>
                    ScrambledSequence.Of(random, purpose, row, coordinate).Uniform(ScrambledSequence.Reverse((uint)chain * room + (uint)at));

                for (var step = draw - steps + 1; step <= draw; step++)
                {
                    if (fits.Any(fit => fit.Components > 1)) noise.Add(Uniform(RandomPurpose.MemberChoice, 0, step));
                    if (steps > 1)
                    {
                        var accept = new float[1];
                        random.Uniforms(accept, RandomPurpose.ProposalAcceptance, chain, row, step);
                        noise.Add(accept[0]);
                    }

                    for (var k = 0; k < dimension; k++) noise.Add(Uniform(RandomPurpose.LatentProposal, k, step));
                }

                for (var j = 0; steps > 1 && j < graph.GaussianColumns; j++) noise.Add(Uniform(RandomPurpose.SelectionNoise, j, draw));
                for (var j = 0; j < graph.GaussianColumns; j++) noise.Add(Uniform(RandomPurpose.CellNoise, j, draw));
                var forests = new float[passes * columns.Count(column => column.Forest is not null)];
                random.Uniforms(forests, RandomPurpose.ForestDraw, chain, row, draw);
                noise.AddRange(forests.Select(uniform => (double)uniform));
                noise.AddRange(TreeNoise(random, modelled, chain, row, draw));
            }
        }

        return [.. noise];
    }

    private static IEnumerable<double> TreeNoise(Philox random, ColumnSchema[] modelled, int chain, int row, int draw)
    {
        var uniforms = new float[modelled.Length];
        random.Uniforms(uniforms, RandomPurpose.LevelChoice, chain, row, draw);
        return modelled.Zip(uniforms).Where(pair => pair.First.Tree is not null).Select(pair => (double)pair.Second);
    }

    private static TestModel Model(
        ColumnSchema[] columns, CollapsedMixture mixture, GeneratorFit[] fits, int draws, WeightedForest[]? forests = null, int? passes = null) => new(
        mixture, GeneratorEvidence.Linear with { Fits = fits, ForestPasses = passes }, columns,
        new InferenceSettings { Draws = draws, BurnIn = 0, Chains = 4 }, forests);

    private static CollapsedMixture Mixture(int d, int q, int members, bool selects, double[] shares)
    {
        float[] Normals(int count, int stream)
        {
            var values = new float[count];
            new Philox(7).Normals(values, RandomPurpose.Simulation, 0, stream, 0);
            return values;
        }

        double[] Some(int count, int stream, double location, double scale) => Array.ConvertAll(Normals(count, stream), value => location + scale * value);
        return new CollapsedMixture(
            [.. Enumerable.Range(0, members).Select(m => new CollapsedWeights(
                d, q, Some(d * q, 100 * m + 1, 0, 0.6), Some(q, 100 * m + 2, 0, 0.3), Array.ConvertAll(Some(q, 100 * m + 3, 0, 0.4), s => 0.5 + Math.Abs(s)),
                selects ? Array.ConvertAll(Some(q, 100 * m + 4, 0, 0.8), Math.Tanh) : new double[q],
                selects ? Some(d * q, 100 * m + 5, 0, 0.3) : new double[d * q], Some(q, 100 * m + 6, 0.3, 0.5)))],
            Array.ConvertAll(shares, Math.Log));
    }

    private sealed class AllDraws : IDrawSink
    {
        private float[][] _draws = [];

        public void Begin(int cells, int chains, int draws) => _draws = new float[cells][];

        public void Take(int cell, ReadOnlySpan<float> draws) => _draws[cell] = draws.ToArray();

        public float[] Of(int cell) => _draws[cell];
    }
}
