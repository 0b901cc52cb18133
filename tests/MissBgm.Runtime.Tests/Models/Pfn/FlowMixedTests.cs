using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

/// <summary>The flow on tables of numbers, levels and whole numbers together.</summary>
public sealed class FlowMixedTests
{
    private static readonly Imputer Imputer = Nano.Imputer;
    private static readonly ColumnDeclarations Declared = new()
    {
        Columns = new Dictionary<string, ColumnDeclaration>
        {
            ["grade"] = new() { Type = ColumnType.Ordinal, Levels = ["low", "middle", "high"] },
            ["share"] = new() { Minimum = 0, Maximum = 1 },
        },
    };

    private static readonly ImputeOptions Quick = Nano.Options(30) with { Columns = Declared };
    private static readonly Table Mixed = Nano.Mixed(90, 5);

    [Fact]
    public void What_is_drawn_and_imputed_is_a_value_of_its_column()
    {
        var kept = new KeptDraws();
        var imputed = Imputer.Impute(Mixed, Quick with { DrawSinks = [kept] });
        Assert.Equal(Mixed.MissingCells, imputed.Cells.Count);
        for (var i = 0; i < imputed.Cells.Count; i++)
        {
            var (cell, draws, name) = (imputed.Cells[i], kept.Cells[i], Mixed.Header[imputed.Cells[i].Column]);
            var levels = name switch { "grade" or "colour" => 3, "bought" => 2, _ => 0 };
            if (name == "share") Assert.All(draws.Append((float)cell.Mean).Append((float)cell.Lower), value => Assert.InRange(value, 0, 1));
            if (name == "age") Assert.All(draws.Append((float)cell.Lower).Append((float)cell.Upper), value => Assert.Equal(Math.Round(value), value));
            if (levels == 0) continue;
            Assert.Equal(Enumerable.Range(0, levels).Select(level => draws.Count(draw => draw == level) / 30.0), cell.Probabilities!);
            Assert.Equal(cell.Probabilities!.Max(), cell.Probabilities![(int)cell.Value]);
            Assert.True(double.IsNaN(cell.Mean) && double.IsNaN(cell.Sd));
            Assert.Equal(name == "grade", cell.Lower <= cell.Upper);
        }
    }

    [Fact]
    public void Observed_cells_stay_byte_for_byte_and_the_gaps_read_as_the_column_does()
    {
        using var stream = new MemoryStream();
        Imputer.Impute(Mixed, Quick).WriteCompleted(stream);
        stream.Position = 0;
        var completed = TableReader.Read(stream, "completed");
        for (var row = 0; row < Mixed.Rows; row++)
        {
            for (var column = 0; column < Mixed.Columns; column++)
            {
                if (!Mixed.IsMissing(row, column)) Assert.Equal(Mixed.Raw(row, column), completed.Raw(row, column));
            }

            Assert.Contains(completed.Text(row, 1), (string[])["red", "green", "blue"]);
            Assert.Contains(completed.Text(row, 2), (string[])["yes", "no"]);
            Assert.Contains(completed.Text(row, 3), (string[])["low", "middle", "high"]);
            Assert.True(NumberText.IsWhole(completed.Text(row, 4)), completed.Text(row, 4));
            Assert.InRange(completed.Number(row, 5), 0, 1);
        }
    }

    [Fact]
    public void Levels_that_a_number_decides_are_found()
    {
        var imputed = Imputer.Impute(Mixed, Quick);
        var colours = imputed.Cells.Where(cell => cell.Column == 1 && !Mixed.IsMissing(cell.Row, 0)).ToArray();
        var right = colours.Count(cell => Nano.Colour(Mixed.Number(cell.Row, 0)) == ((string[])["blue", "green", "red"])[(int)cell.Value]);
        // Of three even levels guessing finds a third; three quarters of 15 or more by chance have probability below 0.002.
        Assert.True(colours.Length >= 15 && right >= 0.75 * colours.Length, $"{right} of {colours.Length}");
    }

    [Fact]
    public void Draws_do_not_depend_on_threads_and_hardly_on_which_rows_are_asked_for()
    {
        var (one, four) = (new KeptDraws(), new KeptDraws());
        var all = Imputer.Impute(Mixed, Quick with { Threads = 1, DrawSinks = [one] }).Cells;
        Imputer.Impute(Mixed, Quick with { Threads = 4, DrawSinks = [four] });
        Assert.Equal(one.Cells, four.Cells);
        var part = Imputer.Impute(Mixed, Quick with { FirstRow = 30, EndRow = 60 }).Cells;
        var expected = all.Where(cell => cell.Row is >= 30 and < 60).ToArray();
        Assert.Equal(expected.Length, part.Count);
        foreach (var (whole, own) in expected.Zip(part))
        {
            // Sums of matrix products may round differently with the number of rows: one draw may fall to the other side of a boundary.
            if (whole.Probabilities is { } shares) Assert.All(shares.Zip(own.Probabilities!), pair => Assert.InRange(pair.First - pair.Second, -0.034, 0.034));
            else Assert.Equal(whole.Mean, own.Mean, whole.Column == 4 ? 0.034 : 1e-3);
        }
    }

    [Fact]
    public void A_column_of_very_many_levels_enters_as_codes_and_is_named()
    {
        var cells = Enumerable.Range(0, 180).SelectMany(i => new[] { $"{i}", i % 9 == 4 ? "" : $"level{i / 3:00}" }).ToArray();
        var table = Table.FromText(["x", "town"], cells, MissingTokens.Default);
        var imputed = Imputer.Impute(table, Quick with { Columns = new() });
        Assert.Equal(["town"], imputed.Report.CrowdedColumns);
        Assert.All(imputed.Cells, cell => Assert.Equal(60, cell.Probabilities!.Count));
        // Here the order of the codes does mean something: without it the middle level's number would be off by 15 on average.
        static double Expected(ImputedCell cell) => cell.Probabilities!.Select((share, level) => share * level).Sum();
        Assert.InRange(imputed.Cells.Average(cell => Math.Abs(Expected(cell) - cell.Row / 3)), 0, 7.5);
    }

    [Fact]
    public void The_indicators_of_a_column_stay_together_where_the_network_takes_the_features_in_parts()
    {
        ColumnSchema Column(int levels) => new()
        {
            Name = $"c{levels}",
            Type = levels == 0 ? ColumnType.Numeric : ColumnType.Categorical,
            Location = 0,
            Scale = 1,
            Minimum = 0,
            Maximum = Math.Max(1, levels - 1),
            ObservedShare = 1,
            Levels = levels == 0 ? null : [.. Enumerable.Range(0, levels).Select(level => $"{level}")],
        };
        var coding = new FlowCoding([Column(0), Column(0), Column(0), Column(4), Column(5), Column(3)], 10);
        var parts = coding.Parts([4, 0, 3, 1, 5, 2], 10);
        Assert.Equal(Enumerable.Range(0, coding.Features), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.True(part.Length <= 10));
        Assert.All(Enumerable.Range(0, 6), column => Assert.Single(parts, part => part.Intersect(coding.Of(column)).Any()));
    }

    [Theory]
    [InlineData("who", CarriedReason.Names)]
    [InlineData("gone", CarriedReason.Empty)]
    public void What_no_column_can_be_is_carried_through(string name, CarriedReason reason)
    {
        var cells = Enumerable.Range(0, 20).SelectMany(i => new[] { $"{(i == 3 ? "" : i * i)}", name == "who" ? $"name {i}" : "" }).ToArray();
        var imputed = Imputer.Impute(Table.FromText(["x", name], cells, MissingTokens.Default, "t.csv"), Quick with { Columns = new() });
        Assert.Equal([new CarriedColumn(name, reason)], imputed.Report.Carried);
        Assert.Equal((3, 0), (Assert.Single(imputed.Cells).Row, imputed.Cells[0].Column));
    }

    [Fact]
    public void A_text_amid_numbers_is_refused()
    {
        var cells = Enumerable.Range(0, 20).SelectMany(i => new[] { $"{i * i}", i == 7 ? "x7" : $"{i}" }).ToArray();
        var error = Assert.Throws<UserInputException>(() =>
            Imputer.Impute(Table.FromText(["x", "odd"], cells, MissingTokens.Default, "t.csv"), Quick with { Columns = new() }));
        Assert.StartsWith("t.csv, line 9, column 'odd': 'x7' is not a number", error.Message, StringComparison.Ordinal);
    }

    private sealed class KeptDraws : IDrawSink
    {
        public float[][] Cells { get; private set; } = [];

        public void Begin(int cells, int chains, int draws) => Cells = new float[cells][];

        public void Take(int cell, ReadOnlySpan<float> draws) => Cells[cell] = draws.ToArray();
    }
}
