using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Marginals;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Collapsed.Marginals;

/// <summary>Which maps columns of known law get, and what is drawn with them.</summary>
public sealed class MarginalChoiceTests : IDisposable
{
    private const int Rows = 400;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Log_normal_columns_that_are_jointly_normal_in_their_logs_are_modelled_by_normal_scores()
    {
        var schema = Choose(Simulate(z => Math.Exp(8 + z)), new CollapsedSettings());
        Assert.All(schema.Columns, column => Assert.Equal(MarginalScale.Normal, column.Marginal!.Scale));
        Assert.All(schema.Columns, column => Assert.True(column.Marginal!.Evidence!.Normal < column.Marginal.Evidence.Support));
    }

    [Fact]
    public void Normal_columns_keep_their_scale()
    {
        var schema = Choose(Simulate(z => z), new CollapsedSettings());
        Assert.All(schema.Columns, column => Assert.Equal(MarginalScale.Raw, column.Marginal!.Scale));
    }

    [Theory]
    [InlineData(Mechanism.Selection)]
    [InlineData(Mechanism.Self)]
    public void Columns_that_a_mechanism_may_act_on_keep_their_scale(Mechanism mechanism)
    {
        var schema = Choose(Simulate(z => Math.Exp(8 + z)), new CollapsedSettings { Mechanism = mechanism });
        Assert.All(schema.Columns.Skip(1), column => Assert.Equal(MarginalScale.Raw, column.Marginal!.Scale));
    }

    [Fact]
    public void Without_maps_a_schema_stays_as_it_is()
    {
        Assert.All(Choose(Simulate(z => z), new CollapsedSettings { Marginals = MarginalMaps.None }).Columns, column => Assert.Null(column.Marginal));
        Assert.All(
            Choose(Simulate(Math.Exp), new CollapsedSettings { Marginals = MarginalMaps.Support }).Columns,
            column => Assert.Equal(MarginalScale.Raw, column.Marginal!.Scale));
    }

    // 86 % zeros in each of four columns; some 420 hidden cells, whose own share of zeros varies by 1.7 points: with 512 draws each the
    // mean share within 3 points of the column's is asked for.
    [Fact]
    public void A_column_of_many_zeros_gets_as_many_in_its_draws_and_none_below()
    {
        var table = Simulate(z => Math.Max(0, Math.Round(4 * (z - 1.08), 2)), observed: 0.7);
        var draws = new ZeroCount();
        var imputed = Impute(table, draws);
        var observed = Enumerable.Range(0, Rows * 4).Where(cell => !table.IsMissing(cell / 4, cell % 4))
            .Average(cell => table.Number(cell / 4, cell % 4) == 0 ? 1.0 : 0);
        Assert.Equal(observed, draws.Zeros / (double)draws.All, 0.03);
        Assert.Equal(0, draws.Negative);
        Assert.All(imputed.Cells, cell => Assert.True(cell.Lower >= 0 && cell.Mean > 0));
    }

    // A linear model that believes the error puts the cell beside it at some 18,000; s.d. of the columns is 10, given two others 7.4.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_error_in_one_cell_does_not_send_the_row_s_other_cells_far_out(bool seenByTheFit)
    {
        var table = Simulate(z => Math.Round(170 + 10 * z, 2), observed: 0.9, error: (5, 18000));
        var without = Simulate(z => Math.Round(170 + 10 * z, 2), observed: 0.9, error: (5, double.NaN));
        ModelFit.Run(seenByTheFit ? table : without, new FitConfig { Mechanism = "ignorable" }).Write(_folder.PathOf("model"));
        using var imputer = Imputer.Load(_folder.PathOf("model"));
        ImputedCell Cell(Table of) => imputer.Impute(of).Cells.Single(cell => cell.Row == 5 && cell.Column == 1);
        var (cell, ignored) = (Cell(table), Cell(without));
        Assert.Equal(ignored.Mean, cell.Mean, 1e-3);
        Assert.InRange(cell.Upper - cell.Lower, 15, 50);
        Assert.Equal(18000, table.Number(5, 0));
    }

    // One cell in 70 of the last column differs from the others, at 10 to 30 standard deviations where the scale stays: at some seeds they
    // are among the cells that are hidden, at others not. All columns beside it are normal, or all log-normal, and have the scale that they
    // have without it.
    [Theory]
    [InlineData(false, MarginalScale.Raw)]
    [InlineData(true, MarginalScale.Normal)]
    public void A_nearly_constant_column_has_normal_scores_and_does_not_decide_for_the_others(bool isSkewed, MarginalScale scale)
    {
        foreach (var seed in new ulong[] { 1, 2, 3, 4 })
        {
            var schema = Choose(Simulate(z => isSkewed ? Math.Exp(8 + z) : z, rare: 1 / 70.0), new CollapsedSettings(), seed);
            Assert.All(schema.Columns.Take(3), column => Assert.Equal(scale, column.Marginal!.Scale));
            Assert.Equal(MarginalScale.Normal, schema.Columns[3].Marginal!.Scale);
            Assert.Null(schema.Columns[3].Marginal!.Evidence);
        }
    }

    [Fact]
    public void Values_far_out_have_a_limit_where_that_predicts_hidden_cells_better()
    {
        // Three hundredths of the rows have a first value of 40 standard deviations of the others, which says nothing.
        var wild = Simulate(z => z, wild: 0.03);
        Assert.NotNull(Choose(wild, new CollapsedSettings { Marginals = MarginalMaps.Support }).Columns[0].Marginal!.Limit);
        Assert.All(Choose(Simulate(z => z), new CollapsedSettings()).Columns, column => Assert.Null(column.Marginal!.Limit));
    }

    // Values two deviations below 0; three in four of those above the centre are hidden, in all columns but the first.
    [Fact]
    public void Where_a_mechanism_hides_large_values_draws_go_on_beyond_the_observed_ones()
    {
        var schema = Choose(Simulate(z => z - 4, observed: 0.25, hidden: z => z > -4), new CollapsedSettings { Mechanism = Mechanism.Self });
        var (complete, incomplete) = (schema.Columns[0].Marginal!, schema.Columns[1].Marginal!);
        Assert.Equal(0, complete.NaturalMaximum);
        Assert.Null(incomplete.NaturalMaximum);
        Assert.InRange(complete.Decode(100), complete.Values[^1], 0);
        var column = schema.Columns[1];
        Assert.Equal(column.Location + 100 * column.Scale, incomplete.Decode(100), 1e-6);
    }

    private static TableSchema Choose(Table table, CollapsedSettings settings, ulong seed = 42)
    {
        var schema = TableSchema.Detect(table);
        return MarginalChoice.Run(table, schema, schema.Encode(table), settings, seed, default).Schema;
    }

    private ImputedTable Impute(Table table, IDrawSink sink)
    {
        ModelFit.Run(table, new FitConfig { Mechanism = "ignorable" }).Write(_folder.PathOf("model"));
        using var imputer = Imputer.Load(_folder.PathOf("model"));
        return imputer.Impute(table, new ImputeOptions { DrawSinks = [sink] });
    }

    // One factor, loadings 0.8; the first column is complete. An error stands in the first column, beside a missing cell. Where there are rare
    // values, the last column is 0 but for them.
    private static Table Simulate(
        Func<double, double> map, double observed = 0.8, (int Row, double Value)? error = null, double wild = 0,
        Func<double, bool>? hidden = null, double rare = 0)
    {
        var (values, normals, uniforms) = (new double[Rows, 4], new float[5], new float[4]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(9).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(9).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            for (var j = 0; j < 4; j++)
            {
                var value = map(0.8 * normals[4] + 0.6 * normals[j]);
                values[row, j] = j == 0 || uniforms[j] < observed || hidden?.Invoke(value) == false ? value : double.NaN;
            }

            if (rare > 0 && !double.IsNaN(values[row, 3])) values[row, 3] = uniforms[0] < rare ? 5 + normals[3] : 0;
            if (uniforms[0] < wild) values[row, 0] = map(40 * normals[0]);
        }

        if (error is { } at) (values[at.Row, 0], values[at.Row, 1]) = (at.Value, double.NaN);

        return Table.FromNumbers(["a", "b", "c", "d"], values);
    }

    private sealed class ZeroCount : IDrawSink
    {
        private readonly Lock _lock = new();

        public int Zeros { get; private set; }

        public int Negative { get; private set; }

        public int All { get; private set; }

        public void Begin(int cells, int chains, int draws)
        {
        }

        public void Take(int cell, ReadOnlySpan<float> draws)
        {
            lock (_lock)
            {
                foreach (var draw in draws)
                {
                    All++;
                    if (draw == 0) Zeros++;
                    if (draw < 0) Negative++;
                }
            }
        }
    }
}
