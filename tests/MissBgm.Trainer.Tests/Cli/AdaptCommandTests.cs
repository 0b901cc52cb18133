using System.Globalization;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

[Collection("live tensors")]
public sealed class AdaptCommandTests : IDisposable
{
    private const string Config =
        "mechanism: paper\nz_dim: 2\npaper:\n  epochs: 30\n  g_units: [24, 24]\n  missingness_units: [8]\n"
        + "  egm_init: {n_iter: 300, e_units: [24], dz_units: [8], dx_units: [8]}\n";
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _console = new();

    private string Model => _folder.PathOf("model");

    private string Adapted => _folder.PathOf("adapted");

    public void Dispose() => _folder.Dispose();

    // In the new table the last two of four columns of one factor have changed sign: what the model knows of them is wrong there.
    [Fact]
    public void The_error_on_shifted_data_falls()
    {
        var (before, after) = (0.0, 0.0);
        foreach (var seed in new[] { 1UL, 2UL, 3UL })
        {
            Assert.Equal(0, Fit(Config, Columns(150, seed, sign: 1, hidden: 0.2).Text, seed));
            var (truth, text) = Columns(150, seed + 10, sign: -1, hidden: 0.2);
            Assert.Equal(0, Adapt(text, "--epochs", "40", "--seed", $"{seed}"));
            before += Error(Model, text, truth);
            after += Error(Adapted, text, truth);
            Directory.Delete(Adapted, recursive: true);
        }

        Assert.True(after < 0.7 * before, $"{after / 3} after, {before / 3} before");
    }

    [Fact]
    public void The_result_is_a_bundle_with_the_model_s_columns_that_can_be_adapted_again()
    {
        Fit(Config, Columns(60, 1, 1, 0.2).Text);
        var text = Columns(37, 2, 1, 0.2).Text;
        Assert.Equal(0, Adapt(text));

        var (model, adapted) = (Bundle.Load(Model), Bundle.Load(Adapted));
        Assert.Equal(model.Manifest.Columns, adapted.Manifest.Columns);
        Assert.Equal((37, 30), (adapted.Manifest.Training.Rows, adapted.Manifest.Training.Epochs));
        using (var imputer = Imputer.Load(Adapted))
        {
            var imputed = imputer.Impute(TableReader.Read(_folder.PathOf("new.csv")), new ImputeOptions { MapOnly = true });
            Assert.Equal(0, imputed.Report.NewRows);
            Assert.All(imputed.Cells, cell => Assert.True(double.IsFinite(cell.Map)));
        }

        var first = File.ReadAllBytes(Path.Combine(Adapted, "generator.onnx"));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(Model, "generator.onnx")), first);
        Assert.Equal(0, Adapt(text));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(Adapted, "generator.onnx")));
        Assert.Equal(0, Run(["adapt", "--model", Adapted, "--data", _folder.PathOf("new.csv"), "--out", _folder.PathOf("again"), "--epochs", "1"]));
    }

    [Fact]
    public void Bayesian_networks_and_covariances_of_low_rank_adapt_too()
    {
        Fit(Config + "  use_bnn: true\n  weight_draws: 2\n  covariance: {kind: low_rank, rank: 1}\n", Columns(40, 1, 1, 0.2).Text);
        Assert.Equal(0, Adapt(Columns(30, 2, 1, 0.2).Text, "--epochs", "2"));

        var manifest = Bundle.Load(Adapted).Manifest;
        Assert.Equal((2, 1), (manifest.WeightDraws, manifest.CovarianceRank));
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n2,3,4\n", 2, "lacks the column 'd'")]
    [InlineData("a,b,c,d\n1,2,3,4\n", 2, "at least two")]
    [InlineData("a,b,c,d\n1,2,3,x\n2,3,4,5\n", 2, "line 2")]
    public void A_table_that_does_not_fit_the_model_is_refused(string table, int exitCode, string message)
    {
        Fit(Config.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal), Columns(30, 1, 1, 0.2).Text);

        Assert.Equal(exitCode, Adapt(table));
        Assert.Contains(message, _console.Messages);
        Assert.False(Directory.Exists(Adapted));
    }

    [Fact]
    public void A_number_far_beyond_the_training_tables_moves_the_networks_no_more_than_a_missing_one()
    {
        Fit(Config.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal), Columns(30, 1, 1, 0.2).Text);

        Assert.Equal(0, Adapt("a,b,c,d\n1,2,3,1e30\n2,3,4,5\n"));
        var far = File.ReadAllBytes(Path.Combine(Adapted, "generator.onnx"));
        Assert.Equal(0, Adapt("a,b,c,d\n1,2,3,\n2,3,4,5\n"));
        Assert.Equal(far, File.ReadAllBytes(Path.Combine(Adapted, "generator.onnx")));
    }

    [Fact]
    public void A_model_without_networks_to_move_on_is_refused()
    {
        var text = Columns(40, 1, 1, 0.2).Text;
        Assert.Equal(0, Fit("mechanism: ignorable\n", text));
        Assert.Equal(2, Adapt(text));
        Assert.Contains("the model is of mechanism ignorable", _console.Messages);

        Assert.Equal(3, Run(["adapt", "--model", _folder.PathOf("nowhere"), "--data", _folder.PathOf("new.csv"), "--out", Adapted]));
        Assert.Equal(2, Adapt(text, "--epochs", "0"));
        Assert.Equal(2, Run(["adapt", "--model", Model]));
    }

    private int Fit(string config, string table, ulong seed = 42)
        => Run(["fit", "--data", _folder.Write("old.csv", table), "--out", Model, "--config", _folder.Write("c.yaml", config), "--seed", $"{seed}"]);

    private int Adapt(string table, params string[] options) =>
        Run(["adapt", "--model", Model, "--data", _folder.Write("new.csv", table), "--out", Adapted, .. options]);

    private int Run(string[] arguments) => CommandLineHost.Run<TrainerApp>(arguments, _console, default);

    // The median: rows far from all that the first model has seen can have modes far off, which would make any change an improvement.
    private double Error(string model, string text, double[,] truth)
    {
        using var imputer = Imputer.Load(model);
        var cells = imputer.Impute(TableReader.Read(_folder.Write("e.csv", text)), new ImputeOptions { MapOnly = true }).Cells;
        return cells.Select(cell => Math.Abs(cell.Map - truth[cell.Row, cell.Column])).Order().ElementAt(cells.Count / 2);
    }

    // Columns a to d of one factor, of which the last two have a sign of their own.
    private static (double[,] Truth, string Text) Columns(int rows, ulong seed, int sign, double hidden)
    {
        var random = new Philox(seed);
        var (factor, noise, hide) = (new float[rows], new float[rows * 4], new float[rows * 4]);
        random.Normals(factor, RandomPurpose.Simulation, 1, 0, 0);
        random.Normals(noise, RandomPurpose.Simulation, 2, 0, 0);
        random.Uniforms(hide, RandomPurpose.Simulation, 3, 0, 0);
        var truth = new double[rows, 4];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < 4; j++) truth[i, j] = (j < 2 ? 1 : sign) * 0.9 * factor[i] + 0.4 * noise[4 * i + j];
        }

        var lines = Enumerable.Range(0, rows).Select(i =>
            string.Join(
                ',',
                Enumerable.Range(0, 4)
                    .Select(j => hide[4 * i + j] < hidden ? "" : truth[i, j].ToString("R", CultureInfo.InvariantCulture))));
        return (truth, $"a,b,c,d\n{string.Join('\n', lines)}\n");
    }
}
