using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Imputation;

/// <summary>Rows that are given as numbers are imputed as the same rows of text are.</summary>
public sealed class NumberRowsTests : IDisposable
{
    private static readonly ColumnSchema[] Columns =
    [
        TestModel.Columns(1, 1.7, 0.1)[0],
        TestModel.Columns(1)[0] with
        {
            Name = "smoker",
            Type = ColumnType.Binary,
            Location = 0,
            Minimum = 0,
            Maximum = 1,
            Levels = ["no", "yes"],
            LevelShares = [0.6, 0.4],
        },
        TestModel.Columns(1, 40, 10, ColumnType.Integer)[0] with { Name = "age" },
    ];

    private readonly TestModel _model = new(
        new CollapsedWeights(1, 3, [0.8, 0.5, -0.6], [0.1, 0, 0.2], [0.6, 0.8, 0.7], [0.5, 0, -0.4], [0.1, 0.2, 0], [0.3, 0.4, 0.5]),
        Mechanism.Selection, Columns, new InferenceSettings { Draws = 100, BurnIn = 0, Chains = 2 });

    private readonly Imputer _imputer;

    public NumberRowsTests() => _imputer = Imputer.Load(_model.Path);

    [Fact]
    public void Levels_by_number_are_imputed_as_levels_by_name()
    {
        double[] rows = [1.75, 1, double.NaN, double.NaN, 0, 31, 1.6, double.NaN, 52];
        var text = Table.FromText(["a", "smoker", "age"], ["1.75", "yes", "", "", "no", "31", "1.6", "", "52"], MissingTokens.Default);
        var (coded, named) = (_imputer.Impute(rows), _imputer.Impute(text));
        Assert.Equal(named.Cells.Select(Said), coded.Cells.Select(Said));
        Assert.Equal(Written(named), Written(coded));
        Assert.Equal(Written(_imputer.Impute(text.Slice(1, 3))), Written(_imputer.Impute(rows.AsSpan(3, 6))));
    }

    [Fact]
    public void Numbers_are_imputed_as_their_texts()
    {
        double[,] rows = { { 1.75, double.NaN, 33 }, { double.NaN, double.NaN, 31 } };
        var text = Table.FromText(["a", "smoker", "age"], ["1.75", "", "33", "", "", "31"], MissingTokens.Default);
        Assert.Equal(_imputer.Impute(text).Cells.Select(Said), _imputer.Impute(rows).Cells.Select(Said));
    }

    [Fact]
    public async Task What_is_imputed_on_the_thread_pool_is_the_same()
    {
        var table = Table.FromNumbers(["a", "smoker", "age"], new[,] { { 1.75, double.NaN, 33 } });
        Assert.Equal(_imputer.Impute(table).Cells.Select(Said), (await _imputer.ImputeAsync(table)).Cells.Select(Said));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _imputer.ImputeAsync(table, cancellation: cancelled.Token));
    }

    [Theory]
    [InlineData(2, "data row 1, column 'smoker': 2 is no number of a level; allowed is 0 to 1 ('no', 'yes'), or NaN")]
    [InlineData(0.5, "0.5 is no number of a level")]
    [InlineData(-1, "-1 is no number of a level")]
    public void A_number_that_is_no_level_s_is_named(double code, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserInputException>(() => _imputer.Impute([1.7, 0, 30, 1.7, code, 30])).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_that_are_not_whole_are_refused() =>
        Assert.Contains(
            "4 values do not fill rows of the model's 3 columns",
            Assert.Throws<UserInputException>(() => _imputer.Impute([1.7, 0, 30, 1.7])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_closed_model_says_so()
    {
        _imputer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _imputer.Impute([1.7, 0, double.NaN]));
    }

    public void Dispose()
    {
        _imputer.Dispose();
        _model.Dispose();
    }

    private static (int, int, double, double, double, double, double, double) Said(ImputedCell cell) =>
        (cell.Row, cell.Column, cell.Value, cell.Sd, cell.Lower, cell.Upper, cell.Map, cell.Ess);

    private static string Written(ImputedTable table)
    {
        using var stream = new MemoryStream();
        table.WriteCompleted(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
