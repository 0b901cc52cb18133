using System.Globalization;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Levels;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Collapsed.Levels;

/// <summary>Levels that other columns determine, levels that none does, and rare ones.</summary>
public sealed class LevelChoiceTests : IDisposable
{
    private const int Rows = 600;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The nearest neighbour's level is right wherever the other column is observed and its level was seen with it.
    [Theory]
    [InlineData(12, false)]
    [InlineData(30, false)]
    [InlineData(84, false)]
    [InlineData(30, true)]
    public void A_level_that_another_column_determines_is_found(int levels, bool byNumber)
    {
        var (truth, table) = Lookup(levels, byNumber);
        using var imputer = Fit(table);
        var imputed = imputer.Impute(table, new ImputeOptions { MapOnly = true });
        var (known, right, probable) = (0, 0, 0);
        foreach (var cell in imputer.Impute(table).Cells.Where(cell => cell.Column == 1 && !table.IsMissing(cell.Row, 0)))
        {
            if (!Enumerable.Range(0, Rows).Any(row => truth[row][1] == truth[cell.Row][1] && !table.IsMissing(row, 0) && !table.IsMissing(row, 1))) continue;
            var level = imputer.Bundle!.Schema.Columns[1].Levels!;
            known++;
            right += level[(int)cell.Value] == truth[cell.Row][1] ? 1 : 0;
            probable += level[(int)imputed.Cells.Single(c => c.Row == cell.Row && c.Column == 1).Value] == truth[cell.Row][1] ? 1 : 0;
        }

        Assert.True(known > 40 && right >= 0.95 * known && probable >= 0.95 * known, $"{right} and {probable} of {known}");
    }

    [Fact]
    public void Neither_threads_nor_a_split_at_512_rows_change_a_byte()
    {
        var table = Lookup(12, false).Table;
        using var imputer = Fit(table);
        Assert.NotNull(imputer.Bundle!.Schema.Columns[1].Tree);
        var whole = imputer.Impute(table, new ImputeOptions { Threads = 1 }).Cells.Select(Text).ToArray();
        Assert.Equal(whole, imputer.Impute(table, new ImputeOptions { Threads = 3 }).Cells.Select(Text));
        Assert.Equal(
            whole,
            imputer.Impute(table, new ImputeOptions { EndRow = 512 }).Cells
                .Concat(imputer.Impute(table, new ImputeOptions { FirstRow = 512 }).Cells).Select(Text));
        static string Text(ImputedCell cell) => $"{cell.Row} {cell.Column} {cell.Value:R} {cell.Mean:R} {string.Join(' ', cell.Probabilities ?? [])}";
    }

    // 120 missing cells of an independent column with levels of 90, 7 and 3 %: the mean chance of a level over them is that of the
    // observed ones, but for what a fit finds by accident.
    [Fact]
    public void Levels_that_nothing_tells_of_keep_their_frequencies_and_rare_ones_stay()
    {
        var table = Independent();
        using var imputer = Fit(table);
        var schema = imputer.Bundle!.Schema.Columns[2];
        var chances = imputer.Impute(table).Cells.Where(cell => cell.Column == 2).Select(cell => cell.Probabilities!).ToArray();
        Assert.True(chances.Length > 90);
        Assert.All(
            schema.LevelShares!.Select((share, level) => (share, level)),
            pair => Assert.Equal(pair.share, chances.Average(own => own[pair.level]), 0.02));
        // No split is better than none.
        if (schema.Tree is { } tree) Assert.Single(tree.Nodes);
    }

    [Fact]
    public void A_tree_is_grown_by_what_is_told_and_not_by_noise()
    {
        var noise = Independent();
        var schema = TableSchema.Detect(noise);
        Assert.Single(TreeGrowth.Grow(schema.Encode(noise), schema.Modelled, 2));
        var (_, table) = Lookup(12, byNumber: true);
        schema = TableSchema.Detect(table);
        var nodes = TreeGrowth.Grow(schema.Encode(table), schema.Modelled, 3);
        Assert.Equal(23, nodes.Count);
        Assert.All(nodes.Where(node => node.Column is not null), node => Assert.Equal("by", node.Column));
        Assert.All(nodes.Where(node => node.Column is null), node => Assert.True(node.Shares.Max() > 0.9));
    }

    [Fact]
    public void Columns_that_a_mechanism_may_act_on_and_all_columns_with_levels_normal_have_none()
    {
        var table = Lookup(12, byNumber: true, groups: 2).Table;
        var schema = TableSchema.Detect(table);
        IReadOnlyList<ColumnSchema> Choose(Mechanism mechanism) =>
            LevelChoice.Run(schema.Modelled, schema.Encode(table), mechanism, new CollapsedSettings(), 42, default);
        Assert.Contains(Choose(Mechanism.Ignorable), column => column.Tree is not null);
        Assert.All(Choose(Mechanism.Self), column => Assert.Null(column.Tree));
        Assert.All(
            ModelFit.Run(
                table, new FitConfig { Mechanism = "ignorable", Collapsed = new CollapsedConfig { Levels = "normal" } }).Manifest.Columns,
            column => Assert.Null(column.Tree));
    }

    private Imputer Fit(Table table)
    {
        ModelFit.Run(table, new FitConfig
        {
            Mechanism = "ignorable",
            Collapsed = new CollapsedConfig { ParameterDraws = 2, NMcmc = 64, Steps = 200, Generator = "linear" },
        })
            .Write(_folder.PathOf("model"));
        return Imputer.Load(_folder.PathOf("model"));
    }

    // Columns by, group (which by determines), x and y; a tenth of by and a fifth of group are missing.
    private static (string[][] Truth, Table Table) Lookup(int levels, bool byNumber, int groups = 100)
    {
        var (truth, normals, uniforms) = (new string[Rows][], new float[2], new float[3]);
        var cells = new List<string>();
        for (var row = 0; row < Rows; row++)
        {
            new Philox(31).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(31).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            var level = (int)(uniforms[0] * levels);
            // The order of the one says nothing of the other's.
            var by = byNumber ? $"{level * 37 % 101 + 0.5}" : $"b{level * 37 % 101}";
            truth[row] = [by, $"g{level % groups}", Text(normals[0]), Text(normals[1])];
            cells.AddRange([uniforms[1] < 0.1 ? "" : by, uniforms[2] < 0.2 ? "" : truth[row][1], truth[row][2], truth[row][3]]);
        }

        return (truth, Table.FromText(["by", "group", "x", "y"], cells, MissingTokens.Default));
    }

    private static Table Independent()
    {
        var (cells, normals, uniforms) = (new List<string>(), new float[2], new float[2]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(32).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(32).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            cells.AddRange(
                [
                    Text(normals[0]), Text(normals[0] + normals[1]),
                    uniforms[1] < 0.2 ? "" : uniforms[0] < 0.9 ? "common" : uniforms[0] < 0.97 ? "rare" : "rarest",
                ]);
        }

        return Table.FromText(["x", "y", "group"], cells, MissingTokens.Default);
    }

    private static string Text(float value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
