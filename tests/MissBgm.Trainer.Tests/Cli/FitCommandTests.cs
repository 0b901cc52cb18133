using System.Text.Json;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Cli;

[Collection("live tensors")]
public sealed class FitCommandTests : IDisposable
{
    private const string Table = "a,b,c\n1,2.5,7\n2,,7\n,3.5,7\n4,4.25,7\n5,,7\n,,7\n3,3,7\n";
    private const string QuickConfig =
        "mechanism: paper\nz_dim: 2\npaper:\n  epochs: 2\n  g_units: [6]\n  missingness_units: [5]\n"
        + "  egm_init: {n_iter: 3, e_units: [6], dz_units: [4], dx_units: [4]}\n";
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _console = new();

    private string Model => _folder.PathOf("model");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_fit_writes_a_bundle_and_a_summary_and_leaves_no_checkpoint()
    {
        Assert.Equal(0, Fit(Table, "--json", "--seed", "7"));

        var manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllText(Path.Combine(Model, Manifest.FileName)), Manifest.Json)!;
        Assert.Equal((7UL, 2, 2), (manifest.Seed, manifest.LatentDimension, manifest.Columns.Count));
        Assert.Equal(2, manifest.Hyperparameters.GetProperty("paper").GetProperty("epochs").GetInt32());
        Assert.Equal(0.01, manifest.Inference.Beta);
        Assert.Equal((7, 5, 2), (manifest.Training.Rows, manifest.Training.MissingCells, manifest.Training.Epochs));
        var summary = JsonDocument.Parse(_console.Output).RootElement;
        Assert.Equal(5, summary.GetProperty("missing_cells").GetInt32());
        Assert.True(summary.GetProperty("step_microseconds").GetProperty("latent").GetDouble() > 0);
        Assert.Equal(["c.yaml", "model", "table.csv"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_report_of_a_fit_is_that_of_the_model_and_its_table()
    {
        var (fitted, alone) = (_folder.PathOf("fit.html"), _folder.PathOf("report.html"));
        Assert.Equal(0, Fit(Table, "--seed", "7", "--report", fitted));
        Assert.Equal(
            0,
            CommandLineHost.Run<Runtime.Cli.MissBgmApp>(
                ["report", "--model", Model, "--data", _folder.PathOf("table.csv"), "--out", alone], _console, default));
        Assert.Equal(File.ReadAllText(alone), File.ReadAllText(fitted));
    }

    [Theory]
    [InlineData("auto", false)]
    [InlineData("selection", true)]
    public void A_collapsed_mechanism_is_fitted_with_its_evidence_in_bundle_and_message(string mechanism, bool forced)
    {
        Assert.Equal(
            0,
            CommandLineHost.Run<TrainerApp>(
                ["fit", "--data", RepositoryFiles.PathOf("data", "wine_mnar20.csv"), "--out", Model, "--mechanism", mechanism, "--verbose"],
                _console, default));

        var bundle = Bundle.Load(Model);
        Assert.NotEqual(Mechanism.Paper, bundle.Manifest.Mechanism);
        Assert.Equal(forced, bundle.Manifest.Evidence!.Forced);
        Assert.Equal(13, bundle.Manifest.Evidence.Columns.Count);
        Assert.Equal("alcohol", bundle.Manifest.Evidence.Columns[0].Column);
        Assert.Contains($"note: mechanism {bundle.Manifest.Mechanism.Name()}, {(forced ? "as asked" : "chosen by the data")}", _console.Messages);
        Assert.Contains("cannot be told apart", _console.Messages);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("  use_bnn: true\n  weight_draws: 2\n", false)]
    public void The_paper_s_method_says_when_its_imputations_leave_the_fit_s_own_uncertainty_out(string bayesian, bool said)
    {
        Assert.Equal(0, Fit(Table, "--config", _folder.Write("b.yaml", QuickConfig + bayesian)));
        Assert.Equal(said, _console.Messages.Contains("one set of weights", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Table, "a,b,c\n1,,7\n,8,7\n,,\n")]
    [InlineData("a,b,c\n1,2.5,red\n2,,blue\n,3.5,red\n4,4.25,\n5,,blue\n3,3,red\n", "a,b,c\n1,,\n,8,red\n,,\n")]
    public void A_covariance_with_a_low_rank_part_is_fitted_and_imputed_with(string training, string rows)
    {
        var config = _folder.Write("l.yaml", QuickConfig + "  covariance: {kind: low_rank, rank: 2}\n  use_bnn: true\n  weight_draws: 2\n");
        Assert.Equal(0, Fit(training, "--config", config));

        using var imputer = Imputer.Load(Model);
        Assert.Equal((2, 2), (imputer.Bundle!.Manifest.CovarianceRank, imputer.Bundle!.Manifest.WeightDraws));
        var table = TableReader.Read(_folder.Write("new.csv", rows));
        var cells = imputer.Impute(table, new ImputeOptions { Inference = imputer.Inference with { Draws = 20, BurnIn = 20, Chains = 2 } }).Cells;
        Assert.All(cells, cell => Assert.True(double.IsFinite(cell.Map) && (cell.Probabilities is { Count: > 0 } || double.IsFinite(cell.Mean + cell.Sd))));
    }

    [Fact]
    public void Settings_of_the_paper_s_method_without_its_mechanism_are_refused()
    {
        var config = _folder.Write("p.yaml", "paper: {epochs: 3}\n");
        string[] fit = ["fit", "--data", _folder.Write("t.csv", Table), "--out", Model, "--config", config];
        Assert.Equal(2, CommandLineHost.Run<TrainerApp>(fit, _console, default));
        Assert.Contains(
            "line 1: 'paper' cannot act: it holds settings of mechanism paper, and the mechanism is auto, by default",
            _console.Messages);
        Assert.Equal(2, CommandLineHost.Run<TrainerApp>([.. fit, "--mechanism", "self"], _console, default));
        Assert.Contains("the mechanism is self, as --mechanism says", _console.Messages);
    }

    [Fact]
    public void The_command_line_s_mechanism_counts_before_the_file_is_checked()
    {
        var config = _folder.Write("p.yaml", QuickConfig.Replace("mechanism: paper\n", "", StringComparison.Ordinal));
        Assert.Equal(
            0,
            CommandLineHost.Run<TrainerApp>(
                ["fit", "--data", _folder.Write("t.csv", Table), "--out", Model, "--config", config, "--mechanism", "paper"], _console,
                default));
        Assert.Equal(2, Bundle.Load(Model).Manifest.Training.Epochs);
    }

    [Fact]
    public void Texts_are_fitted_by_every_mechanism()
    {
        var data = _folder.Write("t.csv", "a,colour\n1,red\n2,\n3.5,blue\n1.5,green\n2,red\n");
        Assert.Equal(0, CommandLineHost.Run<TrainerApp>(["fit", "--data", data, "--out", Model, "--mechanism", "self"], _console, default));
        Assert.Contains("Taken as ignorable all the same: the masks of colour=blue, colour=green, colour=red", _console.Messages);
        Assert.Equal(Mechanism.Self, Bundle.Load(Model).Manifest.Mechanism);

        Assert.Equal(0, CommandLineHost.Run<TrainerApp>(["fit", "--data", data, "--out", Model], _console, default));
        Assert.Equal(
            (0.25, 0.25, 0.5),
            Bundle.Load(Model).Schema.Columns[1].LevelShares switch { [var blue, var green, var red] => (blue, green, red), _ => default });

        Assert.Equal(0, Fit(File.ReadAllText(data)));
        var column = Bundle.Load(Model).Schema.Columns[1];
        Assert.Equal((ColumnType.Categorical, "blue,green,red"), (column.Type, string.Join(',', column.Levels!)));
        Assert.Contains("note: categorical: 'colour' (blue, green, red)", _console.Messages);
    }

    [Fact]
    public void Constant_columns_and_empty_rows_are_pointed_out()
    {
        Fit(Table);

        Assert.Contains("carried through untouched: 'c' (constant)", _console.Messages);
        Assert.Contains("1 row has no observed value (line 7)", _console.Messages);
    }

    [Fact]
    public void A_dry_run_says_what_the_columns_would_be_and_writes_nothing()
    {
        var rows = Enumerable.Range(0, 60)
            .Select(i => $"row {i:D2},{(i % 3 == 0 ? "" : $"{i}.5")},{(i % 2 == 0 ? "yes" : "no")},{(i % 3 == 0 ? "" : "7")},{i} %");
        Assert.Equal(0, Fit($"name,a,b,c,share\n{string.Join('\n', rows)}\n", "--dry-run"));
        var lines = _console.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Contains("name carried through: names, codes or remarks", lines);
        Assert.Contains("a 20 (33.3 %) number, 1.5 to 59.5", lines);
        Assert.Contains("b binary: no, yes", lines);
        Assert.Contains("c 20 (33.3 %) carried through: constant", lines);
        Assert.Contains("share whole number, 0 to 59, in %", lines);
        Assert.Contains("rows 60, 40 of them complete; 40 cells missing", lines);
        Assert.Contains("20 rows without 'a'", lines);
        Assert.Contains(lines, line => line.StartsWith("time ", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Model));
    }

    [Theory]
    [InlineData(500, 4, 1, 8)]
    [InlineData(5000, 4, 1, 30)]
    [InlineData(2000, 100, 3, 120)]
    public void The_cost_of_a_fit_never_falls_with_more_rows(int rows, int columns, double least, double most)
    {
        var header = Enumerable.Range(0, columns).Select(column => $"c{column}").ToArray();
        var cells = Enumerable.Range(0, 50 * columns).Select(cell => $"{cell * 7919 % 101 / 8.0}").ToArray();
        var schema = TableSchema.Detect(Runtime.Tables.Table.FromText(header, cells, MissingTokens.Default));
        var cost = FitCost.Of(schema, rows, new FitConfig(), 2);
        Assert.Equal(columns, cost.Columns);
        Assert.InRange(cost.Seconds, least, most);
        Assert.True(FitCost.Of(schema, 2 * rows, new FitConfig(), 2).Seconds >= cost.Seconds);
    }

    [Fact]
    public void Quiet_says_nothing_on_stderr()
    {
        Assert.Equal(0, Fit(Table, "--quiet"));
        Assert.Empty(_console.Messages);
    }

    [Fact]
    public void A_table_with_nothing_missing_is_fitted_and_said_to_be_complete()
    {
        Assert.Equal(0, Fit("a,b\n1,2\n2,3\n3,1\n"));
        Assert.Contains("no cell is missing", _console.Messages);
    }

    [Fact]
    public void Missing_tokens_are_the_users()
    {
        Assert.Equal(0, Fit("a,b\n1,2\n?,3\n3,1\n4,\n", "--missing-tokens", "?"));

        var manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllText(Path.Combine(Model, Manifest.FileName)), Manifest.Json)!;
        Assert.Equal(["", "?"], manifest.MissingTokens.Order());
        Assert.Equal(2, manifest.Training.MissingCells);
    }

    [Theory]
    [InlineData("", "table.csv")]
    [InlineData("a,b\n", "no rows")]
    [InlineData("a,b\n1,2\n3\n", "line 3")]
    [InlineData("a,b\n1,x\n2,3\n", "line 2")]
    [InlineData("a,b\n1,inf\n2,3\n", "line 2")]
    [InlineData("a,b\n1,2\n1,2\n", "nothing to model")]
    [InlineData("a,b\n1,2\n", "nothing to model")]
    public void A_bad_table_ends_with_exit_code_2_and_nothing_written(string table, string message)
    {
        Assert.Equal(2, Fit(table));

        Assert.Contains(message, _console.Messages);
        Assert.Equal(["c.yaml", "table.csv"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("--mechanism", "paprika")]
    [InlineData("--device", "tpu")]
    [InlineData("--seed", "-1")]
    [InlineData("--sed", "1")]
    [InlineData("--config", "/no/such/file.yaml")]
    [InlineData("--out", "/dev/null/model")]
    public void A_bad_option_ends_with_exit_code_2(string option, string value)
    {
        Assert.Equal(2, Fit(Table, option, value));
        Assert.Contains("error: ", _console.Messages);
        Assert.False(Directory.Exists(Model));
    }

    [Fact]
    public void Data_and_out_are_required()
    {
        Assert.Equal(2, CommandLineHost.Run<TrainerApp>(["fit"], _console, default));
        Assert.Equal(2, CommandLineHost.Run<TrainerApp>([], _console, default));
    }

    [Fact]
    public void No_model_is_written_over_something_that_is_not_one()
    {
        Directory.CreateDirectory(Model);
        File.WriteAllText(Path.Combine(Model, "thesis.tex"), "years of work");

        Assert.Equal(2, Fit(Table));

        Assert.True(File.Exists(Path.Combine(Model, "thesis.tex")));
        Assert.DoesNotContain("warm start", _console.Messages);
    }

    [Fact]
    public void A_cancelled_fit_exits_130_keeps_its_checkpoint_and_resumes_to_the_same_model()
    {
        Assert.Equal(0, Fit(Table, "--quiet"));
        var weights = File.ReadAllBytes(Path.Combine(Model, "generator.onnx"));
        Directory.Delete(Model, recursive: true);

        Assert.Equal(130, Fit(Table, new CancellationToken(canceled: true)));
        Assert.Contains("--resume", _console.Messages);
        Assert.True(File.Exists(_folder.PathOf("model.checkpoint.npz")));
        Assert.Equal(2, Fit(Table));
        Assert.Contains("holds an interrupted fit", _console.Messages);

        Assert.Equal(0, Fit(Table, "--resume"));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(Model, "generator.onnx")));
        Assert.False(File.Exists(_folder.PathOf("model.checkpoint.npz")));
    }

    private int Fit(string table, params string[] options) => Fit(table, CancellationToken.None, options);

    private int Fit(string table, CancellationToken cancel, params string[] options)
    {
        string[] output = options.Contains("--out") ? [] : ["--out", Model];
        string[] config = options.Contains("--config") ? [] : ["--config", _folder.Write("c.yaml", QuickConfig)];
        return CommandLineHost.Run<TrainerApp>(["fit", "--data", _folder.Write("table.csv", table), .. output, .. config, .. options], _console, cancel);
    }
}
