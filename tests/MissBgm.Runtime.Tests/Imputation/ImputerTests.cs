using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Imputation;

public sealed class ImputerTests : IDisposable
{
    private readonly TestModel _model = new(
        TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2), new InferenceSettings { Draws = 8, BurnIn = 4, Chains = 2 });
    private readonly Imputer _imputer;

    public ImputerTests() => _imputer = Imputer.Load(_model.Path);

    public void Dispose()
    {
        _imputer.Dispose();
        _model.Dispose();
    }

    private static double[,] Rows(int count)
    {
        var values = new double[count, 3];
        for (var row = 0; row < count; row++)
        {
            for (var c = 0; c < 3; c++) values[row, c] = (row * 7 + c * 3) % 5 == 0 ? double.NaN : 8 + (row * 5 + c) % 7 * 0.7;
        }

        return values;
    }

    [Theory]
    [InlineData(SamplerKind.Joint)]
    [InlineData(SamplerKind.Paper)]
    public void Results_are_bit_identical_whatever_the_threads(SamplerKind sampler)
    {
        var options = new ImputeOptions { Inference = _imputer.Inference with { Sampler = sampler } };
        var once = _imputer.Impute(Rows(700), options with { Threads = 1 });
        foreach (var threads in new[] { 2, 8 }) Assert.Equal(once.Cells, _imputer.Impute(Rows(700), options with { Threads = threads }).Cells);
    }

    [Fact]
    public void Equal_seeds_agree_and_other_seeds_differ()
    {
        var cells = _imputer.Impute(Rows(5)).Cells;
        Assert.Equal(cells, _imputer.Impute(Rows(5)).Cells);
        Assert.NotEqual(cells, _imputer.Impute(Rows(5), new ImputeOptions { Seed = 43 }).Cells);
    }

    [Fact]
    public void Parts_of_a_table_give_what_the_whole_table_gives()
    {
        var table = Table.FromNumbers(["a", "b", "c"], Rows(1100));
        using var text = new MemoryStream();
        TableWriter.Write(text, table, (_, _) => null);
        text.Position = 0;
        var whole = _imputer.Impute(table);
        var parts = _imputer.ImputeParts(TableReader.ReadParts(text, "rows.csv", 512)).ToArray();
        Assert.Equal([0, 512, 1024], parts.Select(part => part.RowOffset));
        Assert.Equal(whole.Cells, parts.SelectMany(part => part.Cells.Select(cell => cell with { Row = cell.Row + part.RowOffset })));
    }

    [Fact]
    public async Task One_imputer_serves_many_threads_at_once()
    {
        var expected = _imputer.Impute(Rows(40)).Cells;
        var results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => _imputer.Impute(Rows(40), new ImputeOptions { Threads = 2 }).Cells)));
        Assert.All(results, cells => Assert.Equal(expected, cells));
    }

    [Fact]
    public void Values_are_the_observed_ones_and_the_posterior_means()
    {
        var imputed = _imputer.Impute(new[,] { { 9.5, double.NaN, 8 } });
        Assert.Equal(9.5, imputed.Value(0, 0));
        Assert.Equal(imputed.Cells[0].Mean, imputed.Value(0, 1));
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var seen = new List<double>();
        var options = new ImputeOptions { Threads = 1 };
        _imputer.Impute(Table.FromNumbers(["a", "b", "c"], Rows(200)), options, new Direct(seen));
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(1.0, seen[^1]);
    }

    [Fact]
    public void Cancellation_ends_the_run()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _imputer.Impute(Rows(5), null, cancelled.Token));
    }

    [Fact]
    public void More_draws_than_memory_holds_are_refused()
    {
        var plan = new ChunkPlan(new InferenceSettings { Draws = 15_625, Chains = 64 }, 100_000, mapOnly: false);
        Assert.Contains("lower --draws", Assert.Throws<UserInputException>(() => plan.RequireMemory(64)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_draws_than_are_of_use_are_refused_before_any_work()
    {
        var inference = _imputer.Inference with { Draws = 1_000_000, Chains = 64 };
        Assert.Contains(
            "with 64 chains 15625 draws would do",
            Assert.Throws<UserInputException>(() => _imputer.Impute(Rows(5), new ImputeOptions { Inference = inference })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_the_fit_has_seen_start_from_its_state()
    {
        var columns = TestModel.Columns(3);
        var table = new TableSchema(columns).Encode(Table.FromNumbers(["a", "b", "c"], new[,] { { 0.5, double.NaN, -1 }, { 1, 2, double.NaN } }));
        var fitted = FittedRows.Create(table, [0.1f, 0.2f, 0.3f, 0.4f], [0.5f, 7f, -1f, 1f, 2f, 8f], 2);
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, columns, new InferenceSettings(), fitted);
        using var imputer = Imputer.Load(model.Path);
        var imputed = imputer.Impute(new[,] { { 1, 2, double.NaN }, { 0.5, double.NaN, -1 }, { 0.5, double.NaN, -1.1 } }, new ImputeOptions { MapOnly = true });
        Assert.Equal((2, 1), (imputed.Report.FittedRows, imputed.Report.NewRows));
        Assert.Equal([8.0, 7.0], imputed.Cells.Take(2).Select(cell => cell.Map));
    }

    private sealed class Direct(List<double> seen) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (seen) seen.Add(value);
        }
    }
}
